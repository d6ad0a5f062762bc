#include "skingauge/facepart.hpp"

namespace skingauge {
namespace {

constexpr std::array<FacepartInfo, 9> kFaceparts{{
    {Facepart::face, Side::none, "whole face"},
    {Facepart::forehead, Side::none, "forehead"},
    {Facepart::glabella, Side::none, "glabella"},
    {Facepart::left_eye_corner, Side::left, "left eye corner"},
    {Facepart::right_eye_corner, Side::right, "right eye corner"},
    {Facepart::left_cheek, Side::left, "left cheek"},
    {Facepart::right_cheek, Side::right, "right cheek"},
    {Facepart::lips, Side::none, "lips"},
    {Facepart::chin, Side::none, "chin"},
}};

}  // namespace

std::array<FacepartInfo, 9> const& faceparts() noexcept { return kFaceparts; }

const FacepartInfo& info(Facepart facepart) noexcept { return kFaceparts[index(facepart)]; }

std::optional<Facepart> facepart_from_number(long long number) noexcept {
  if (number < 0 || number >= static_cast<long long>(kFaceparts.size())) return std::nullopt;
  return static_cast<Facepart>(number);
}

}  // namespace skingauge
