// What was prepared for a GPU, for people and as JSON.
#pragma once

#include "skingauge/gpu_preparation.hpp"

#include "core/json_file.hpp"

#include <string>

namespace skingauge::app {

/// The plan of memory as a table, and its sums.
std::string memory_text(const GpuPreparation& made);

Json as_json(const GpuPreparation& made);

}  // namespace skingauge::app
