#include "jpeg_decoder.hpp"

#include "skingauge/error.hpp"

#include "decoders.hpp"
#include "jpeg_markers.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <new>
#include <utility>

#include <jerror.h>
#include <jpeglib.h>  // wants <cstdio> before it

namespace skingauge {
namespace {

// Warnings after which libjpeg has still decoded every pixel: odd revisions, scan parameters, stray bytes
// between segments, no end-of-image marker. Real cameras cause them, and imread ignores them. All others mean
// that entropy-coded data are damaged; where they end too early, that is a warning of its own.
bool harmless(int warning) noexcept {
  constexpr std::array kHarmless{JWRN_ADOBE_XFORM, JWRN_BOGUS_PROGRESSION, JWRN_EXTRANEOUS_DATA,
                                 JWRN_JFIF_MAJOR,  JWRN_JPEG_EOF,          JWRN_NOT_SEQUENTIAL};
  return std::find(kHarmless.begin(), kHarmless.end(), warning) != kHarmless.end();
}

// libjpeg's errors, and warnings that mean wrong pixels, leave its code through a jump: it is C.
struct ErrorManager {
  jpeg_error_mgr base{};
  std::jmp_buf escape{};
  int code{0};
  bool warned{false};
  std::array<char, JMSG_LENGTH_MAX> text{};
};

[[noreturn]] void leave(j_common_ptr info) {
  auto* errors = reinterpret_cast<ErrorManager*>(info->err);
  errors->code = errors->base.msg_code;
  errors->base.format_message(info, errors->text.data());
  std::longjmp(errors->escape, 1);  // NOLINT(cert-err52-cpp): libjpeg's way to end a call
}

extern "C" void on_error(j_common_ptr info) { leave(info); }
extern "C" void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  reinterpret_cast<ErrorManager*>(info->err)->warned = true;
  if (!harmless(info->err->msg_code)) leave(info);
}

[[noreturn]] void fail(ErrorCode code, const std::string& name, const std::string& found) {
  throw InputError(code, name + ": " + found);
}

constexpr int kRowsAtOnce = 16;  // what an iMCU row of 4:2:0 makes

}  // namespace

class JpegDecoder::Impl {
 public:
  Impl(std::span<const std::byte> bytes, const ImageLimits& limits, std::string file)
      : name(std::move(file)), markers_(walk_jpeg_markers(bytes, limits.max_scans)) {
    info.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = on_error;
    errors_.base.emit_message = on_message;
    const bool readable = guarded([&] {
      jpeg_create_decompress(&info);
      jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      jpeg_read_header(&info, TRUE);
    });
    try {
      check_header(readable, bytes.size(), limits);
    } catch (...) {
      jpeg_destroy_decompress(&info);
      throw;
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { jpeg_destroy_decompress(&info); }

  [[nodiscard]] int orientation() const noexcept { return markers_.orientation; }
  [[nodiscard]] bool plain() const noexcept {
    return info.progressive_mode == FALSE && info.arith_code == FALSE && info.data_precision == 8 &&
           info.jpeg_color_space == JCS_YCbCr && info.num_components == 3 && info.comps_in_scan == 3 &&
           info.Ss == 0 && info.Se == DCTSIZE2 - 1 && info.Ah == 0 && info.Al == 0 && markers_.scans == 1 &&
           markers_.complete && !errors_.warned;
  }
  [[nodiscard]] int row() const noexcept { return static_cast<int>(info.output_scanline); }

  void start(const Box& part) {
    info.out_color_space = JCS_EXT_BGR;
    info.dct_method = JDCT_ISLOW;
    info.do_fancy_upsampling = TRUE;
    require(guarded([&] { jpeg_start_decompress(&info); }));
    check_end();
    area = {0, part.y1, width(), part.y2};
    // A missing scan of a progressive picture is smoothed over from the neighbours, those left out included.
    if (jpeg_has_multiple_scans(&info) == FALSE) crop_columns(part);
    const auto bytes = static_cast<std::size_t>(area.width()) * static_cast<std::size_t>(area.height()) * 3U;
    pixels_ = std::make_shared_for_overwrite<std::uint8_t[]>(bytes);
    picture = Image(area.width(), area.height(), pixels_);
  }

  void decode_to(int end) {
    if (end <= row()) return;
    require(guarded([&] {
      if (row() < area.y1 && end > area.y1) {
        jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(area.y1 - row()));
      }
      while (row() < end) read_rows(std::min(kRowsAtOnce, end - row()));
    }));
  }

  void finish() {
    std::vector<JSAMPLE> last(static_cast<std::size_t>(info.output_width) * 3U);
    auto* pixels = last.data();
    require(guarded([&] {
      const int left = height() - row();
      // Skipping to the very end would read nothing.
      if (left > 1) jpeg_skip_scanlines(&info, static_cast<JDIMENSION>(left - 1));
      if (left > 0) jpeg_read_scanlines(&info, &pixels, 1);
    }));
    // Every pixel is there. What follows the picture may be anything: imread does not look at it either.
    guarded([&] { jpeg_finish_decompress(&info); });
  }

  [[nodiscard]] int width() const noexcept { return static_cast<int>(info.image_width); }
  [[nodiscard]] int height() const noexcept { return static_cast<int>(info.image_height); }

  jpeg_decompress_struct info{};
  std::string name;
  Box area;
  Image picture;

 private:
  // False where libjpeg gave up. The call must hold nothing that wants to be destroyed.
  template <class Call>
  bool guarded(const Call& call) {
    if (setjmp(errors_.escape) != 0) return false;  // NOLINT(cert-err52-cpp): libjpeg's way to end a call
    call();
    return true;
  }

  void require(bool done) const {
    if (done) return;
    if (errors_.code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    const auto* found = markers_.complete ? "JPEG data is damaged ("
                                          : "JPEG ends too early, without an end-of-image marker (";
    fail(ErrorCode::image_truncated, name, found + std::string(errors_.text.data()) + ")");
  }

  void check_header(bool readable, std::size_t bytes, const ImageLimits& limits) const {
    const auto size = "JPEG of " + std::to_string(bytes) + " bytes ";
    if (!readable) {
      if (!markers_.complete) fail(ErrorCode::image_truncated, name, size + "ends inside its header");
      fail(ErrorCode::image_format, name,
           "JPEG header cannot be read (" + std::string(errors_.text.data()) + ")");
    }
    check_claimed_size(info.image_width, info.image_height, limits, name);
    if (markers_.scans > limits.max_scans) {
      fail(ErrorCode::image_too_large, name,
           "JPEG with more than " + std::to_string(limits.max_scans) + " scans");
    }
    if (info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK)
      fail(ErrorCode::image_format, name, "CMYK JPEG; convert it to RGB first");
  }

  // Without an end-of-image marker the pixels are complete only where libjpeg notices what is missing: in a
  // single Huffman-coded scan, or where scans have brought every coefficient to its last bit.
  void check_end() {
    if (markers_.complete) return;
    const bool single = jpeg_has_multiple_scans(&info) == FALSE;
    if (info.arith_code == FALSE && (single || has_all_coefficients())) return;
    fail(ErrorCode::image_truncated, name, "JPEG has no end-of-image marker, and may lack scans");
  }

  bool has_all_coefficients() const noexcept {
    if (info.coef_bits == nullptr) return false;  // not progressive
    for (int component = 0; component < info.num_components; ++component) {
      const auto& bits = info.coef_bits[component];
      if (std::any_of(std::begin(bits), std::end(bits), [](int left) { return left != 0; })) return false;
    }
    return true;
  }

  // The outermost columns of a cut are upsampled without their neighbours: one MCU more on either side.
  void crop_columns(const Box& part) {
    const int margin = DCTSIZE * info.max_h_samp_factor;
    auto first = static_cast<JDIMENSION>(std::max(0, part.x1 - margin));
    auto columns = static_cast<JDIMENSION>(std::min(width(), part.x2 + margin)) - first;
    if (columns == info.output_width) return;
    require(guarded([&] { jpeg_crop_scanline(&info, &first, &columns); }));
    area.x1 = static_cast<int>(first);
    area.x2 = static_cast<int>(first + columns);
  }

  void read_rows(int count) {
    std::array<JSAMPROW, kRowsAtOnce> rows{};
    const auto stride = static_cast<std::size_t>(area.width()) * 3U;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      rows[i] = pixels_.get() + stride * (static_cast<std::size_t>(row() - area.y1) + i);
    }
    jpeg_read_scanlines(&info, rows.data(), static_cast<JDIMENSION>(count));
  }

  JpegMarkers markers_;
  ErrorManager errors_;
  std::shared_ptr<std::uint8_t[]> pixels_;
};

JpegDecoder::JpegDecoder(std::span<const std::byte> bytes, const ImageLimits& limits, std::string name)
    : impl_(std::make_unique<Impl>(bytes, limits, std::move(name))) {}
JpegDecoder::~JpegDecoder() = default;

int JpegDecoder::width() const noexcept { return impl_->width(); }
int JpegDecoder::height() const noexcept { return impl_->height(); }
int JpegDecoder::orientation() const noexcept { return impl_->orientation(); }
bool JpegDecoder::plain() const noexcept { return impl_->plain(); }
void JpegDecoder::begin(const Box& part) { impl_->start(part); }
void JpegDecoder::decode_to(int row) { impl_->decode_to(row); }
void JpegDecoder::finish() { impl_->finish(); }
const Box& JpegDecoder::area() const noexcept { return impl_->area; }
const Image& JpegDecoder::pixels() const noexcept { return impl_->picture; }

}  // namespace skingauge
