#include "app/decode_comparison.hpp"

#include "ensemble/gpu_face_cutter.hpp"
#include "image/decoders.hpp"
#include "image/jpeg_decoder.hpp"
#include "image/orientation.hpp"

#include <memory>

namespace skingauge::app {
namespace {

// A face's tiles by one of the two, black where nothing is painted.
struct Tiles {
  Tiles(const Request& request, const DecodeRace& race)
      : job(job_of(request)), cutter(job, race.models(), race.preprocess(), {}) {
    const auto tile = tile_bytes(race.preprocess());
    bytes.resize(2 * tile * cutter.regions().size());
    for (std::size_t i = 0; i < cutter.regions().size(); ++i) {
      places.push_back({bytes.data() + 2 * i * tile, bytes.data() + (2 * i + 1) * tile});
    }
  }

  /// Of the i-th region, its first tile or both.
  [[nodiscard]] std::span<const std::uint8_t> region(std::size_t i) const {
    const auto both = bytes.size() / cutter.regions().size();
    const auto count = static_cast<std::size_t>(cutter.regions()[i].plan.count());
    return std::span(bytes).subspan(i * both, both / 2 * count);
  }

  FaceJob job;
  GpuFaceCutter cutter;
  std::vector<std::uint8_t> bytes;
  std::vector<TilePlaces> places;
};

class Comparer {
 public:
  Comparer(const DecodeRace& race, GpuDecoder& gpu, const Ensemble* ensemble)
      : race_(race), gpu_(gpu), ensemble_(ensemble) {}

  void compare(const DecodePhoto& photo) {
    const auto name = photo.request.file.string();
    if (!is_jpeg(photo.bytes)) return refuse(NotForGpu::format);
    JpegDecoder decoder(photo.bytes, {}, name);
    if (!decoder.plain()) return refuse(NotForGpu::format);
    const int width = decoder.width();
    const int height = decoder.height();
    auto pixels = std::make_shared<std::uint8_t[]>(3 * static_cast<std::size_t>(width) *
                                                   static_cast<std::size_t>(height));
    const GpuPhoto asked{photo.bytes, width, height, {}, pixels.get()};
    const auto outcome = gpu_.decode({&asked, 1}, race_.preprocess().size).front();
    if (outcome) return refuse(*outcome);
    ++result_.photos;
    const Image picture(width, height, pixels);
    decoder.begin({0, 0, width, height});
    decoder.decode_to(height);
    result_.pictures.add(picture.pixels(), decoder.pixels().pixels());
    compare_tiles(photo.request);
    compare_answers(photo.request, picture, decoder.pixels(), decoder.orientation());
  }

  [[nodiscard]] const DecodeComparison& result() const noexcept { return result_; }

 private:
  void refuse(NotForGpu reason) { ++result_.refused[reason]; }

  void compare_tiles(const Request& request) {
    Tiles gpu(request, race_);
    Tiles cpu(request, race_);
    const GpuFace face{&gpu.cutter, gpu.places};
    const auto outcome = cut_on_gpu({&face, 1}, gpu_, race_.preprocess()).front();
    if (outcome || !cpu.cutter.cut_on_cpu(cpu.places)) {
      ++result_.tiles_not_compared;
      return;
    }
    for (std::size_t i = 0; i < gpu.cutter.regions().size(); ++i)
      result_.tiles.add(gpu.region(i), cpu.region(i));
  }

  void compare_answers(const Request& request, const Image& gpu, const Image& cpu, int orientation) {
    if (ensemble_ == nullptr) return;
    const Box whole{0, 0, gpu.width(), gpu.height()};
    std::array<Request, 2> requests{request, request};
    requests[0].image = turn_upright(gpu, whole, orientation);
    requests[1].image = turn_upright(cpu, whole, orientation);
    const auto faces = ensemble_->predict(requests);
    result_.answers.add(faces[0], faces[1]);
  }

  const DecodeRace& race_;
  GpuDecoder& gpu_;
  const Ensemble* ensemble_;
  DecodeComparison result_;
};

}  // namespace

DecodeComparison compare_decoders(const DecodeRace& race, GpuDecoder& gpu, const Ensemble* ensemble) {
  Comparer comparer(race, gpu, ensemble);
  for (const auto& photo : race.photos()) comparer.compare(photo);
  return comparer.result();
}

}  // namespace skingauge::app
