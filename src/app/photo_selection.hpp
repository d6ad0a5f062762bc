// Which photographs of a data set a command works on: --split, --part, --split-kind.
#pragma once

#include "skingauge/split.hpp"

#include "app/progress.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace skingauge::app {

struct SplitOptions {
  std::string split{"all"};  ///< all, train, val, test, or a split file
  std::string part{"test"};  ///< of a split file
  std::string kind{"published"};
};

struct Selection {
  std::vector<PhotoEntry> photos;
  std::string description;                   ///< "test of the published split, seed 523"
  std::vector<std::string> shared_subjects;  ///< people of these photographs who also stand in another part
  PassedOver passed_over;                    ///< of the whole data set
};

void add_split_flags(CLI::App& command, SplitOptions& options);

/// Throws InputError split-invalid for a bad file, dataset-empty where nothing is left.
Selection select_photos(Dataset dataset, const SplitOptions& options);

/// The first notes of a listing on standard error, and how many there are.
void say_notes(const std::vector<std::string>& notes, Progress& progress);

SplitKind split_kind(const std::string& name);

}  // namespace skingauge::app
