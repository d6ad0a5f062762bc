#include "app/photo_selection.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

const std::map<std::string, Part> kParts{{"train", Part::train}, {"val", Part::val}, {"test", Part::test}};

std::vector<std::string> shared_with_other_parts(const Split& split, const std::vector<PhotoEntry>& photos) {
  std::set<std::string> chosen;
  for (const auto& photo : photos) chosen.insert(photo.subject);
  std::vector<std::string> shared;
  for (auto& subject : shared_subjects(split)) {
    if (chosen.contains(subject)) shared.push_back(std::move(subject));
  }
  return shared;
}

}  // namespace

SplitKind split_kind(const std::string& name) {
  return name == "published" ? SplitKind::published : SplitKind::by_subject;
}

void add_split_flags(CLI::App& command, SplitOptions& options) {
  command.add_option("--split", options.split, "all, train, val, test, or a file of `dataset split`")
      ->capture_default_str();
  const auto* part = command.add_option("--part", options.part, "Part of a split file")
                         ->check(CLI::IsMember({"train", "val", "test"}))
                         ->capture_default_str();
  const auto* kind = command.add_option("--split-kind", options.kind, "How train, val and test are made")
                         ->check(CLI::IsMember({"published", "by-subject"}))
                         ->capture_default_str();
  command.parse_complete_callback([&options, part, kind] {
    const bool named = kParts.contains(options.split);
    if (*part && (named || options.split == "all"))
      throw CLI::ValidationError("--part", "--split " + options.split + " is no file with parts");
    if (*kind && !named)
      throw CLI::ValidationError("--split-kind", "only --split train, val and test are made by the program");
  });
}

Selection select_photos(Dataset dataset, const SplitOptions& options) {
  if (options.split == "all") return {std::move(dataset.photos), "all", {}, dataset.passed_over};
  const auto named = kParts.find(options.split);
  const bool file = named == kParts.end();
  const auto split = file ? read_split(options.split) : make_split(dataset, split_kind(options.kind));
  const auto part = file ? kParts.at(options.part) : named->second;
  Selection selection;
  selection.passed_over = dataset.passed_over;
  selection.photos = select(dataset, split.part(part));
  selection.description = std::string(to_string(part)) + " of the " + std::string(to_string(split.kind)) +
                          " split, seed " + std::to_string(split.seed) + (file ? ", " + options.split : "");
  if (selection.photos.empty()) {
    throw InputError(ErrorCode::dataset_empty,
                     selection.description + ": holds no photograph of " + dataset.root.string());
  }
  selection.shared_subjects = shared_with_other_parts(split, selection.photos);
  return selection;
}

void say_notes(const std::vector<std::string>& notes, Progress& progress) {
  constexpr std::size_t kTold = 10;
  for (std::size_t i = 0; i < std::min(kTold, notes.size()); ++i) progress.say("note: " + notes[i]);
  if (notes.size() > kTold)
    progress.say("... and " + std::to_string(notes.size() - kTold) +
                 " more notes (`dataset audit --format json` lists them)");
}

}  // namespace skingauge::app
