#include "app/bench_limits.hpp"

#include "skingauge/image.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_crew.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/progress.hpp"
#include "dataset/drawn_face.hpp"
#include "image/decoders.hpp"

#include <array>
#include <memory>
#include <span>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

constexpr std::array kAll{Arithmetic::fp32, Arithmetic::bf16, Arithmetic::int8};

struct LimitsOptions {
  CommonOptions common;
  std::vector<std::string> photos;
  int rounds{3};
  double seconds{1.0};
};

struct PhotoBytes {
  std::vector<std::byte> bytes;
  std::string name;
  double megapixels{0};
};

PhotoBytes known(std::vector<std::byte> bytes, const std::string& name) {
  const auto image = Image::decode(bytes, {}, name);
  return {std::move(bytes), name, 1e-6 * image.width() * image.height()};
}

std::vector<PhotoBytes> read_photos(const std::vector<std::string>& files) {
  std::vector<PhotoBytes> photos;
  photos.reserve(files.size() + 1);
  for (const auto& file : files) photos.push_back(known(read_photo_file(file, {}), file));
  if (!photos.empty()) return photos;
  const auto drawn = encode_jpeg(draw_face(kDrawnSeed).photo);
  const auto bytes = std::as_bytes(std::span(drawn));
  photos.push_back(known({bytes.begin(), bytes.end()}, "drawn face"));
  return photos;
}

struct DecodeRound {
  double mp_per_s{0};
  double core_s_per_mp{0};
  std::int64_t decoded{0};
};

DecodeRound decode(BenchCrew& crew, const std::vector<PhotoBytes>& photos, double seconds) {
  std::vector<double> megapixels(crew.size(), 0.0);
  const auto times = crew.run(seconds, photos.size(), [&](std::size_t worker, std::size_t number) {
    const auto& photo = photos[number % photos.size()];
    static_cast<void>(Image::decode(photo.bytes, {}, photo.name));
    megapixels[worker] += photo.megapixels;
  });
  DecodeRound round;
  double total = 0;
  double core = 0;
  for (std::size_t worker = 0; worker < times.size(); ++worker) {
    if (times[worker].wall > 0) round.mp_per_s += megapixels[worker] / times[worker].wall;
    round.decoded += times[worker].pieces;
    total += megapixels[worker];
    core += times[worker].core;
  }
  round.core_s_per_mp = core / total;
  return round;
}

// Medians over the rounds, of all threads and of one.
class LimitsBench {
 public:
  LimitsBench(const LimitsOptions& options, int threads)
      : seconds_(options.seconds), photos_(read_photos(options.photos)), crew_(threads) {}

  void round() {
    for (const auto arithmetic : kAll) {
      const auto loop = multiply_add_loop(arithmetic);
      if (!loop) continue;
      const std::string name(to_string(arithmetic));
      one_[name].push_back(multiply_add_gflops(*loop, 1, seconds_));
      all_[name].push_back(multiply_add_gflops(*loop, static_cast<int>(crew_.size()), seconds_));
    }
    decode_.push_back(decode(crew_, photos_, seconds_));
  }

  [[nodiscard]] Json figures() const {
    Json json;
    for (const auto arithmetic : kAll) {
      const auto loop = multiply_add_loop(arithmetic);
      const std::string name(to_string(arithmetic));
      json["multiply_add_instructions"][name] = loop ? Json(loop->instructions) : Json();
      add(json, "multiply_add_limit_gflops", name, all_);
      add(json, "multiply_add_limit_gflops_one_thread", name, one_);
    }
    std::int64_t decoded = 0;
    for (const auto& round : decode_) decoded += round.decoded;
    Json names = Json::array();
    for (const auto& photo : photos_)
      names.push_back(
          {{"photo", photo.name}, {"megapixels", photo.megapixels}, {"bytes", photo.bytes.size()}});
    json["decode_mp_per_s"] = median_of(decode_, [](const DecodeRound& r) { return r.mp_per_s; });
    json["decode_core_s_per_mp"] = median_of(decode_, [](const DecodeRound& r) { return r.core_s_per_mp; });
    json["decoded_photos"] = decoded;
    json["photos"] = names;
    return json;
  }

 private:
  using Rounds = std::map<std::string, std::vector<double>>;  // by arithmetic; without those the CPU lacks

  static void add(Json& json, const std::string& what, const std::string& name, const Rounds& rounds) {
    const auto found = rounds.find(name);
    Json spread;
    if (found != rounds.end()) add_spread(spread, what, found->second);
    for (const auto& figure : {what, what + "_min", what + "_max"}) {
      json[figure][name] = spread.value(figure, Json());
    }
  }

  double seconds_;
  std::vector<PhotoBytes> photos_;
  BenchCrew crew_;
  Rounds one_;
  Rounds all_;
  std::vector<DecodeRound> decode_;
};

ExitCode bench_limits(const LimitsOptions& options, const Streams& streams) {
  const int threads = worker_count(options.common);
  LimitsBench bench(options, threads);
  Progress progress(streams.err, "rounds", static_cast<std::size_t>(options.rounds), stderr_is_terminal(),
                    options.common.quiet);
  for (int round = 0; round < options.rounds; ++round) {
    bench.round();
    progress.update(static_cast<std::size_t>(round) + 1);
  }
  auto json = bench_object("limits");
  json.update(Json{{"threads", threads}, {"rounds", options.rounds}, {"seconds", options.seconds}});
  json.update(bench.figures());
  write_figures(json, options.common, streams);
  return ExitCode::done;
}

}  // namespace

std::optional<Arithmetic> arithmetic_of(Precision precision) noexcept {
  switch (precision) {
    case Precision::fp32:
      return Arithmetic::fp32;
    case Precision::bf16:
      return Arithmetic::bf16;
    case Precision::int8:
      return Arithmetic::int8;
    case Precision::tf32:
    case Precision::fp16:
      break;
  }
  return std::nullopt;
}

std::optional<MultiplyAddLoop> limiting_loop(Precision precision, const ComputeDevice& device) {
  const auto arithmetic = arithmetic_of(precision);
  if (!arithmetic || device.kind != ComputeDevice::Kind::cpu) return std::nullopt;
  return multiply_add_loop(*arithmetic);
}

std::string why_above_limit(double share, Precision precision) {
  if (share <= 1) return {};
  if (precision == Precision::fp32) {
    return "above 1 by Winograd's products: 3 x 3 convolutions of stride 1 take fewer multiply-adds than are "
           "counted";
  }
  return "above 1, and no method explains it: the machine was slower while the limit was measured";
}

void add_bench_limits(CLI::App& bench, Run& run) {
  auto options = std::make_shared<LimitsOptions>();
  auto* command = bench.add_subcommand("limits", "What the machine can multiply and decode at best");
  command->add_option("PHOTO", options->photos, "Photographs to decode; none: a drawn face");
  add_round_flags(*command, options->rounds, options->seconds);
  add_flags(*command, options->common, {Flag::threads});
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_limits(*options, s); }; });
}

}  // namespace skingauge::app
