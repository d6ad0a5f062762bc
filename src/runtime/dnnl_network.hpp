// Runs a Network on the CPU with oneDNN.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/normalisation.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace skingauge {

/// Weights packed once in the layouts that oneDNN chooses, shared by plans for several batch sizes. Safe to
/// run from many threads; each computes with one thread. Memory of a run is planned once per batch size and
/// kept by the thread.
class DnnlNetwork {
 public:
  /// fp32 or bf16. The network's input is size x size; its shapes are checked (std::invalid_argument).
  DnnlNetwork(const Network& network, int size, const Normalisation& normalisation, Precision precision);
  DnnlNetwork(const DnnlNetwork&) = delete;
  DnnlNetwork& operator=(const DnnlNetwork&) = delete;
  ~DnnlNetwork();

  /// As Engine::run.
  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skingauge
