// A network ready to run: its layers, and its weights as an engine packed them. Kept in a file, it starts
// without the checkpoint being read, folded and packed again.
#pragma once

#include "skingauge/network.hpp"

#include "runtime/value_numbers.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// One array of weights as an engine packed it.
struct PackedArray {
  std::size_t layer{0};
  int kind{0};                       ///< the engine's: weights, bias, ...
  std::vector<std::byte> layout;     ///< the engine's description of it
  std::span<const std::byte> bytes;  ///< aligned to kPackedAlignment
};

inline constexpr std::size_t kPackedAlignment = 4096;

struct PreparedNetwork {
  Network network;  ///< without weights
  std::vector<ValueNumbers> numbers;
  std::map<std::size_t, std::vector<float>> scales;  ///< int8: by layer
  std::vector<PackedArray> arrays;
  std::shared_ptr<const void> owner;  ///< of the arrays' bytes
};

/// A layer as it is but for weights and bias.
Layer without_weights(const Layer& layer);

/// Writes it whole or not at all. `key` says what it was made from and for. Throws DiskError.
void write_prepared(const std::filesystem::path& file, const std::string& key,
                    const PreparedNetwork& prepared);

/// Reads a file; its arrays are used from where it was read to. Empty, with the reason in `why`, where there
/// is none, its key is another, or it is damaged (size, structure and the hash of its arrays are checked).
/// Never throws for what a file holds.
std::optional<PreparedNetwork> read_prepared(const std::filesystem::path& file, const std::string& key,
                                             std::string& why);

}  // namespace skingauge
