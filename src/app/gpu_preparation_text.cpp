#include "app/gpu_preparation_text.hpp"

#include "app/table.hpp"
#include "runtime/memory_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace skingauge::app {
namespace {

std::size_t sum(const GpuPreparation& made, bool pinned) {
  std::size_t bytes = 0;
  for (const auto& use : made.memory) bytes += use.pinned == pinned ? use.bytes : 0;
  return bytes;
}

}  // namespace

std::string memory_text(const GpuPreparation& made) {
  Table table({{"memory for"}, {"GPU", true}, {"host, pinned", true}});
  for (const auto& use : made.memory)
    table.add(
        {use.purpose, use.pinned ? "-" : bytes_text(use.bytes), use.pinned ? bytes_text(use.bytes) : "-"});
  table.add({"sum", bytes_text(sum(made, false)), bytes_text(sum(made, true))});
  return table.text() + fmt::format("{}: {} of memory; batches of {} tiles, {} side by side\n", made.gpu,
                                    bytes_text(made.gpu_memory), fmt::join(made.buckets, ", "), made.lanes);
}

Json as_json(const GpuPreparation& made) {
  Json memory = Json::array();
  for (const auto& use : made.memory)
    memory.push_back({{"purpose", use.purpose}, {"bytes", use.bytes}, {"pinned", use.pinned}});
  return {{"format", 1},
          {"gpu", made.gpu},
          {"gpu_memory_bytes", made.gpu_memory},
          {"models", made.models},
          {"batches", made.buckets},
          {"side_by_side", made.lanes},
          {"plans", made.plans},
          {"plans_from_cache", made.restored},
          {"plans_not_fused", made.bare},
          {"memory", memory},
          {"device_bytes", sum(made, false)},
          {"pinned_bytes", sum(made, true)},
          {"notes", made.notes}};
}

}  // namespace skingauge::app
