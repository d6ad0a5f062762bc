#include "app/bench_stream.hpp"

#include "skingauge/error.hpp"

#include "app/bench_figures.hpp"
#include "core/stopwatch.hpp"

#include <optional>
#include <string>
#include <utility>

namespace skingauge::app {
namespace {

Statistics difference(const Statistics& after, const Statistics& before) {
  return {after.photos - before.photos,
          after.gpu_photos - before.gpu_photos,
          after.crops - before.crops,
          after.tiles - before.tiles,
          after.batches - before.batches,
          after.decode_seconds - before.decode_seconds,
          after.cut_seconds - before.cut_seconds,
          after.network_seconds - before.network_seconds};
}

}  // namespace

StreamRound stream(const Ensemble& ensemble, std::span<const Request> requests) {
  const auto before = ensemble.statistics();
  const double core = process_seconds();
  const Stopwatch wall;
  std::size_t next = 0;
  ensemble.stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
                  [](FacePrediction&&) { return true; });
  return {wall.seconds(), process_seconds() - core, difference(ensemble.statistics(), before)};
}

std::size_t drop_unusable(const Ensemble& ensemble, std::vector<Request>& requests, Progress& progress) {
  std::vector<Request> usable;
  std::optional<ItemError> first;
  std::size_t next = 0;
  ensemble.stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
                  [&, at = std::size_t{0}](const FacePrediction& face) mutable {
                    if (!face.error) usable.push_back(requests[at]);
                    if (face.error && !first) first = face.error;
                    ++at;
                    return true;
                  });
  const auto dropped = requests.size() - usable.size();
  if (usable.empty()) throw InputError(first->code, "no photograph can be used: " + first->message);
  if (first) progress.say(std::to_string(dropped) + " photographs left out: " + first->message);
  requests = std::move(usable);
  return dropped;
}

}  // namespace skingauge::app
