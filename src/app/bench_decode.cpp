#include "skingauge/error.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/decode_comparison.hpp"
#include "app/decode_race.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "image/decoders.hpp"
#include "runtime/compute_device.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct DecodeOptions {
  CommonOptions common;
  std::vector<std::string> sources;
  std::string models;
  std::vector<int> batches{1, 16, 64};
  int photos{40};
  int rounds{3};
  double seconds{1.0};
};

struct DecodeInput {
  std::vector<DecodePhoto> photos;
  std::size_t skipped{0};
  std::optional<ItemError> first;  ///< of those
};

std::vector<Request> requests_of(const DecodeOptions& options) {
  if (options.sources.size() == 1 && std::filesystem::is_directory(options.sources.front()))
    return read_requests(options.sources.front(), options.photos);
  std::vector<Request> requests;
  for (const auto& file : options.sources) {
    if (requests.size() == static_cast<std::size_t>(options.photos)) break;
    requests.push_back({{}, file, {}, {}, {}});
  }
  return requests;
}

// Only photographs that can be used: decoded once, unmeasured, which warms the file cache too.
DecodeInput read_input(const DecodeOptions& options) {
  DecodeInput input;
  for (auto& request : requests_of(options)) {
    try {
      auto bytes = read_photo_file(request.file, {});
      const auto image = Image::decode(bytes, {}, request.file.string());
      input.photos.push_back({std::move(request), std::move(bytes), 1e-6 * image.width() * image.height()});
    } catch (const InputError& e) {
      ++input.skipped;
      if (!input.first) input.first = ItemError{e.code(), e.what()};
    }
  }
  if (!input.photos.empty()) return input;
  if (input.first) throw InputError(input.first->code, "no photograph can be used: " + input.first->message);
  throw InputError(ErrorCode::dataset_empty, options.sources.front() + ": holds no photograph");
}

const char* name_of(DecodePart part) { return part == DecodePart::picture ? "picture" : "tiles"; }

Json refusals_json(const std::map<NotForGpu, std::int64_t>& refused) {
  std::string text;
  for (const auto& [reason, photos] : refused) {
    text += (text.empty() ? "" : " ") + std::string(to_string(reason)) + ":" + std::to_string(photos);
  }
  return text.empty() ? Json() : Json(text);
}

constexpr std::size_t kLargePicture =
    std::size_t{3} * 2448 * 3264;  // of the data set; batches are as large as they say

// A GPU with nvJPEG, or why there is none.
struct Gpu {
  ComputeDevice device;
  std::string problem;
  std::unique_ptr<DeviceApi> api;

  [[nodiscard]] std::unique_ptr<GpuDecoder> decoder(GpuDecoding decoding, int batch) const {
    GpuDecoderOptions options;
    options.decoding = decoding;
    options.batch = batch;
    options.max_bytes = std::max(options.max_bytes, static_cast<std::size_t>(batch) * kLargePicture);
    return make_nvjpeg_decoder(device.index, options);
  }
};

Gpu find_gpu(const std::string& wanted, Progress& progress) {
  const auto cuda = query_cuda();
  const auto choice = choose_device(wanted, cuda);
  Gpu gpu{choice.devices.front(), "", nullptr};
  if (choice.devices.front().kind == ComputeDevice::Kind::cpu) {
    gpu.problem = "no GPU: " + (choice.note.empty() ? "--device cpu" : cuda.problem);
  } else {
    try {
      gpu.api = cuda_device_api(gpu.device.index);
      static_cast<void>(gpu.decoder(GpuDecoding::automatic, 1));
    } catch (const DeviceError& e) {
      gpu.problem = std::string("no GPU decoder: ") + e.what();
    }
  }
  if (!gpu.problem.empty()) progress.say(gpu.problem);
  return gpu;
}

class DecodeBench {
 public:
  DecodeBench(const DecodeOptions& options, const Manifest& manifest, DecodeInput input, const Gpu& gpu)
      : options_(options),
        gpu_(gpu),
        threads_(worker_count(options.common)),
        skipped_(input.skipped),
        race_(std::move(input.photos), manifest) {
    for (const auto& photo : race_.photos()) has_boxes_ = has_boxes_ || !photo.request.regions.empty();
  }

  void measure_cpu() {
    measure("libjpeg-turbo", {1, {}, nullptr}, Json());
    if (threads_ > 1) measure("libjpeg-turbo", {threads_, {}, nullptr}, Json());
  }

  void measure_gpu() {
    for (const auto decoding : {GpuDecoding::hardware, GpuDecoding::kernels, GpuDecoding::hybrid}) {
      for (const int batch : options_.batches) measure_decoder(decoding, batch);
    }
  }

  // One decoder of each kind that the device has, on all photographs.
  void compare(const Ensemble* ensemble) {
    for (const auto decoding : {GpuDecoding::hardware, GpuDecoding::kernels, GpuDecoding::hybrid}) {
      const auto decoder = decoder_of(decoding, 1);
      if (!decoder) continue;
      const auto found = compare_decoders(race_, *decoder, ensemble);
      differences_[std::string(decoder->name())] = {
          {"photos", found.photos},
          {"refused", refusals_json(found.refused)},
          {"pictures", found.pictures.figures()},
          {"tiles", has_boxes_ ? found.tiles.figures() : Json()},
          {"photos_without_compared_tiles", has_boxes_ ? Json(found.tiles_not_compared) : Json()},
          {"answers", ensemble == nullptr ? Json() : found.answers.figures()}};
    }
  }

  [[nodiscard]] Json figures() const {
    double megapixels = 0;
    double bytes = 0;
    for (const auto& photo : race_.photos()) {
      megapixels += photo.megapixels;
      bytes += static_cast<double>(photo.bytes.size());
    }
    const auto count = static_cast<double>(race_.photos().size());
    return {{"photos", race_.photos().size()},
            {"photos_skipped", skipped_},
            {"megapixels_per_photo", megapixels / count},
            {"bytes_per_photo", bytes / count},
            {"boxes", has_boxes_ ? "those of the labels" : "none: no tiles are cut"},
            {"threads", threads_},
            {"rounds", options_.rounds},
            {"seconds", options_.seconds},
            {"file_cache", "warm"},
            {"gpu", gpu_.problem.empty() ? to_string(gpu_.device) : gpu_.problem},
            {"gpu_not_offered", not_offered_.empty() ? Json() : Json(not_offered_)},
            {"differences_from_libjpeg_turbo", differences_},
            {"rates", rates_}};
  }

 private:
  std::unique_ptr<GpuDecoder> decoder_of(GpuDecoding decoding, int batch) {
    try {
      return gpu_.decoder(decoding, batch);
    } catch (const DeviceError& e) {
      if (e.code() != ErrorCode::device_unavailable) throw;
      not_offered_ = e.what();
      return nullptr;
    }
  }

  // Alone; then two of them; then both beside all threads, from one queue.
  void measure_decoder(GpuDecoding decoding, int batch) {
    const auto one = decoder_of(decoding, batch);
    if (!one) return;
    const std::string name(one->name());
    std::vector<GpuDecoder*> gpus{one.get()};
    measure(name, {0, gpus, gpu_.api.get()}, batch);
    const auto other = decoder_of(decoding, batch);
    gpus.push_back(other.get());
    measure(name, {0, gpus, gpu_.api.get()}, batch);
    measure(name + " + libjpeg-turbo", {threads_, gpus, gpu_.api.get()}, batch);
  }

  void measure(const std::string& name, const DecodeTeam& team, const Json& batch) {
    for (const auto part : {DecodePart::picture, DecodePart::tiles}) {
      if (part == DecodePart::tiles && !has_boxes_) continue;
      std::vector<DecodeRound> rounds;
      rounds.reserve(static_cast<std::size_t>(options_.rounds));
      for (int i = 0; i < options_.rounds; ++i) rounds.push_back(race_.run(team, part, options_.seconds));
      rates_.push_back(row(name, team, part, batch, rounds));
    }
  }

  static Json row(const std::string& name, const DecodeTeam& team, DecodePart part, const Json& batch,
                  const std::vector<DecodeRound>& rounds) {
    std::int64_t photos = 0;
    std::int64_t on_gpu = 0;
    std::map<NotForGpu, std::int64_t> refused;
    for (const auto& round : rounds) {
      photos += round.photos;
      on_gpu += round.on_gpu;
      for (const auto& [reason, count] : round.refused) refused[reason] += count;
    }
    return {{"decoder", name},
            {"part", name_of(part)},
            {"threads", team.threads},
            {"gpu_decoders", team.gpus.size()},
            {"batch", batch},
            {"photos_per_s", median_of(rounds, [](const DecodeRound& r) { return r.photos_per_s; })},
            {"mp_per_s", median_of(rounds, [](const DecodeRound& r) { return r.mp_per_s; })},
            {"core_s_per_photo", median_of(rounds, [](const DecodeRound& r) { return r.core_s_per_photo; })},
            {"photos", photos},
            {"gpu_share",
             team.gpus.empty() ? Json() : ratio(static_cast<double>(on_gpu), static_cast<double>(photos))},
            {"refused", refusals_json(refused)}};
  }

  const DecodeOptions& options_;
  const Gpu& gpu_;
  int threads_;
  std::size_t skipped_;
  DecodeRace race_;
  bool has_boxes_{false};
  std::string not_offered_;
  Json differences_ = Json::object();
  Json rates_ = Json::array();
};

ExitCode bench_decode(const DecodeOptions& options, const Streams& streams) {
  const auto manifest = options.models.empty() ? every_facepart() : read_manifest(options.models);
  Progress progress(streams.err, "steps", 3, stderr_is_terminal(), options.common.quiet);
  const auto gpu = find_gpu(options.common.device, progress);
  auto input = read_input(options);
  const auto skipped = input.skipped;
  if (input.first) progress.say(std::to_string(skipped) + " photographs left out: " + input.first->message);
  DecodeBench bench(options, manifest, std::move(input), gpu);
  bench.measure_cpu();
  progress.update(1);
  if (gpu.problem.empty()) {
    bench.measure_gpu();
    progress.update(2);
    std::optional<Ensemble> ensemble;
    if (!options.models.empty())
      ensemble = Ensemble::load(options.models,
                                ensemble_options(options.common, options.models, drawn_faces(), streams));
    bench.compare(ensemble ? &*ensemble : nullptr);
  }
  progress.update(3);
  auto json = bench_object("decode");
  json["manifest"] = options.models.empty() ? Json() : Json(manifest.name);
  json.update(bench.figures());
  json.update(memory_figures(gpu.device));
  write_figures(json, options.common, streams);
  return skipped == 0 ? ExitCode::done : ExitCode::some_failed;
}

}  // namespace

void add_bench_decode(CLI::App& bench, Run& run) {
  auto options = std::make_shared<DecodeOptions>();
  auto* command = bench.add_subcommand(
      "decode", "JPEG decoding: libjpeg-turbo, a GPU's decoders, both together, and how far they lie apart");
  command->add_option("PHOTO|ROOT", options->sources, "Photographs, or a data set with boxes")->required();
  auto* models = command->add_option("--models", options->models,
                                     "Manifest: compares its networks' answers on a GPU's pictures");
  command->add_option("--photos", options->photos, "Photographs at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--gpu-batches", options->batches,
                   "Photographs that a GPU decodes together, comma between")
      ->delimiter(',')
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_round_flags(*command, options->rounds, options->seconds);
  add_network_flags(*command, options->common);
  add_flags(*command, options->common, {Flag::threads});
  for (const auto* name : {"--precision", "--int8-ranges", "--cache", "--engine", "--batch", "--mode"})
    command->get_option(name)->needs(models);
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_decode(*options, s); }; });
}

}  // namespace skingauge::app
