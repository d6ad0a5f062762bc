// Parts of the data set for training, validation and testing (protocol, section 5).
#pragma once

#include "skingauge/dataset.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

enum class SplitKind : std::uint8_t {
  published,   ///< over photographs: the same people occur in several parts
  by_subject,  ///< over people: nobody occurs in two parts
};
enum class Part : std::uint8_t { train, val, test };

std::string_view to_string(SplitKind kind) noexcept;  ///< "published", "by-subject"
std::string_view to_string(Part part) noexcept;       ///< "train", "val", "test"

/// Photograph ids by part. A plain value.
struct Split {
  SplitKind kind{};
  std::uint32_t seed{523};
  std::array<std::vector<std::string>, 3> parts;  ///< train, val, test

  [[nodiscard]] const std::vector<std::string>& part(Part p) const {
    return parts[static_cast<std::size_t>(p)];
  }
};

/// A permutation of 0..n-1: bit for bit that of PyTorch's CPU generator (torch.randperm after manual_seed).
std::vector<std::size_t> torch_permutation(std::size_t n, std::uint32_t seed);

/// 80/10/10 parts of a permutation, by floor, the remainder dealt one each from the front.
Split make_split(const Dataset& dataset, SplitKind kind, std::uint32_t seed = 523);

/// Ids of people with photographs in more than one part; empty for by-subject splits.
std::vector<std::string> shared_subjects(const Split& split);

/// Writes {"format":1,"kind":...,"seed":...,"parts":{"train":[...],"val":[...],"test":[...]}}. Throws
/// DiskError.
void write_split(const Split& split, const std::filesystem::path& file);
/// Reads what write_split wrote. Throws InputError split-invalid naming file, field, found and expected.
Split read_split(const std::filesystem::path& file);

/// The photographs of `dataset` with these ids, in the order of the ids. Throws InputError split-invalid,
/// naming up to three of the ids that the data set does not hold.
std::vector<PhotoEntry> select(const Dataset& dataset, const std::vector<std::string>& ids);

}  // namespace skingauge
