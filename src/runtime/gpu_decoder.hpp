// JPEG files decoded and cut into tiles on a GPU: the seam between photographs and nvJPEG, or a decoder made
// up for tests.
#pragma once

#include "runtime/cut_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// A step in a stored picture, in pixels: along one axis, there or back.
struct PictureStep {
  int x{0};
  int y{0};
};

/// A crop of a photograph that is not decoded yet. Sizes, layout and mirrors as CutCrop has them.
struct GpuCrop {
  int x{0};  ///< of the stored picture's pixel that shows the upright box's first one
  int y{0};
  PictureStep right{1, 0};  ///< in the stored picture, to the pixel that is the next of a row upright
  PictureStep down{0, 1};
  int width{0};  ///< of the box, upright, in pixels; it lies inside the picture
  int height{0};
  int scaled_width{0};
  int scaled_height{0};
  CutLayout layout{CutLayout::single};
  bool mirrored{false};
  bool second_mirrored{false};
  /// Where the one or two tiles go: places of side x side x 3 bytes B, G, R. In pinned memory they are copied
  /// beside the device's other work.
  std::uint8_t* tiles[2]{nullptr, nullptr};
};

/// One photograph's file, and what is wanted of it. `file` and all places stay the caller's until `decode`
/// returns.
struct GpuPhoto {
  std::span<const std::byte> file;  ///< a whole, well-formed JPEG: see GpuDecoder
  int width{0};                     ///< of the stored picture, as its header says
  int height{0};
  std::vector<GpuCrop> crops;
  std::uint8_t* picture{nullptr};  ///< where the stored picture is wanted: width x height x 3 bytes B, G, R
};

/// Throws std::invalid_argument where the picture has no size or a crop leaves it.
void check_photo(const GpuPhoto& photo);

/// The crop in a picture whose rows lie behind one another at `picture`, wherever that is; its tiles are yet
/// to be placed.
CutCrop cut_crop(const GpuCrop& crop, const GpuPhoto& photo, const std::uint8_t* picture) noexcept;

/// Why a photograph was not decoded on the GPU. The names (`to_string`) stand in the benchmark's figures.
enum class NotForGpu : std::uint8_t {
  format,     ///< progressive, arithmetic or lossless coding, 12 bits, CMYK, RGB or grey, a picture of a few
              ///< pixels
  sampling,   ///< chroma sampling that this decoder does not know
  too_large,  ///< more pixels than GpuDecoderOptions::max_pixels
  damaged,    ///< the decoder noticed damage, or other sizes than the header's
  unwritten,  ///< the decoder said that it was done, and had left out parts of the picture
  no_memory,  ///< of the device, for this photograph alone
  failed,     ///< another error, of this photograph alone
};

/// The kebab-case name, e.g. "too-large".
std::string_view to_string(NotForGpu reason) noexcept;

/// Empty: decoded and cut, all bytes are in their places.
using GpuOutcome = std::optional<NotForGpu>;

/// Decodes photographs into memory of a device, cuts their tiles there and copies those alone to the host.
///
/// Implementers guarantee: outcomes come in the order of the photographs; a photograph that is refused spoils
/// none of its neighbours; what its places hold then is undefined. Tiles are those that cut_tiles makes of
/// the pixels that were decoded; the pixels are the decoder's own and differ from libjpeg-turbo's by
/// rounding.
///
/// Callers give only files that are well-formed: one scan, three components Y, Cb, Cr, an end-of-image
/// marker; see PhotoReader::plain_jpeg. Damage inside the entropy-coded data is noticed by chance only.
///
/// One call at a time. Two decoders of a device, each called by a thread of its own, keep it busy: one's host
/// work lies beside the other's device work.
class GpuDecoder {
 public:
  GpuDecoder() = default;
  GpuDecoder(const GpuDecoder&) = delete;
  GpuDecoder& operator=(const GpuDecoder&) = delete;
  virtual ~GpuDecoder() = default;

  /// Tiles of all crops have `side` x `side` pixels. Returns when all is in its place. Throws DeviceError
  /// device-failed where the device is lost, std::invalid_argument as check_photo does and for sizes that
  /// add_crop refuses, and std::bad_alloc where the host's memory is short.
  virtual std::vector<GpuOutcome> decode(std::span<const GpuPhoto> photos, int side) = 0;

  /// "nvjpeg-hardware", "nvjpeg-gpu", ...: what stands in results.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// How many photographs are decoded together at most; a call may bring more.
  [[nodiscard]] virtual int batch() const noexcept = 0;
};

/// Who decodes what the entropy coder made.
enum class GpuDecoding : std::uint8_t {
  automatic,  ///< hardware where the device has engines, else kernels
  hardware,   ///< the device's JPEG engines, batched; they lie behind the driver's libnvcuvid
  kernels,    ///< kernels do all of it
  hybrid,     ///< the calling thread decodes Huffman codes, kernels the rest
};

/// The most that GpuDecoderOptions::max_pixels may be.
inline constexpr std::int64_t kMostGpuPixels = std::int64_t{1} << 29U;

struct GpuDecoderOptions {
  GpuDecoding decoding{GpuDecoding::automatic};
  int batch{16};                        ///< photographs decoded together at most; 1..256
  std::int64_t max_pixels{64'000'000};  ///< of one photograph; 1..2^29
  /// Of decoded pixels, 3 bytes each, at a time: a batch ends where one more would not fit. Room for the
  /// largest batch seen is kept; a photograph that does not fit alone is too large. >= 1. The library holds
  /// memory of its own besides, of the order of the pictures decoded together.
  std::size_t max_bytes{std::size_t{1} << 30U};

  /// Throws UsageError naming field, value and allowed range.
  void validate() const;
};

/// nvJPEG on a CUDA device by its index. Throws DeviceError device-unavailable where there is no such device,
/// this build has no nvJPEG, or the device cannot decode in the way that is asked for.
std::unique_ptr<GpuDecoder> make_nvjpeg_decoder(int device, const GpuDecoderOptions& options = {});

}  // namespace skingauge
