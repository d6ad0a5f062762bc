// Runs a Network on the CPU with oneDNN.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/normalisation.hpp"
#include "runtime/prepared_network.hpp"
#include "runtime/value_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// oneDNN's version: "2.6.3".
std::string dnnl_version();

/// The version of oneDNN and the instructions it uses here: packed weights fit the same answer alone.
std::string dnnl_identity();

/// Whether oneDNN has bf16 here: with AVX-512, quick or not.
bool dnnl_has_bf16();

/// Weights packed once in the layouts that oneDNN chooses, shared by plans for a few numbers of tiles. Safe
/// to run from many threads; each computes on one core. Memory of a run is planned once and kept by the
/// thread.
class DnnlNetwork {
 public:
  /// fp32, bf16, or int8 with its ranges. `packed`, where given, gets what the other constructor takes. The
  /// network reads size x size x 3 bytes. Throws std::invalid_argument for a network that does not fit
  /// together or has no form in that precision.
  DnnlNetwork(const Network& network, int size, const Normalisation& normalisation, Precision precision,
              const ValueRanges& ranges = {}, PreparedNetwork* packed = nullptr);
  /// From packed weights made for the same size, normalisation and precision. Throws
  /// std::invalid_argument where they are not those that this machine and version need.
  DnnlNetwork(const PreparedNetwork& prepared, int size, const Normalisation& normalisation,
              Precision precision);
  DnnlNetwork(const DnnlNetwork&) = delete;
  DnnlNetwork& operator=(const DnnlNetwork&) = delete;
  ~DnnlNetwork();

  /// As Engine::run.
  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The answers of a network in float32, count x width, every value shown to `see` on the way: a tile at a
/// time, in the order of the values, its number and its elements, in no stated order, before any layer reads
/// them; what `see` writes there is what is read. For finding the ranges of int8, and for counting in them.
using SeeValue = std::function<void(std::size_t value, std::span<float> elements)>;
std::vector<float> see_values(const Network& network, int size, const Normalisation& normalisation,
                              std::span<const std::uint8_t> tiles, std::size_t count, const SeeValue& see);

}  // namespace skingauge
