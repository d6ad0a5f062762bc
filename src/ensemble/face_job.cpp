#include "ensemble/face_job.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "model/head_decoding.hpp"
#include "runtime/thread_clock.hpp"

#include <algorithm>

namespace skingauge {
namespace {

bool serves(const ModelSpec& model, Facepart facepart) {
  return std::find(model.faceparts.begin(), model.faceparts.end(), facepart) != model.faceparts.end();
}

Image open_photo(const Request& request, const ImageLimits& limits) {
  Image photo = request.image.empty() ? Image::read(request.file, limits) : request.image;
  const bool fits = photo.width() == request.expected_width.value_or(photo.width()) &&
                    photo.height() == request.expected_height.value_or(photo.height());
  if (fits) return photo;
  throw InputError(ErrorCode::image_size_mismatch,
                   request.file.string() + ": photograph is " + std::to_string(photo.width()) + " x " +
                       std::to_string(photo.height()) + " px, its labels say " +
                       std::to_string(request.expected_width.value_or(photo.width())) + " x " +
                       std::to_string(request.expected_height.value_or(photo.height())));
}

// Cuts one region once and gives it to every model that serves its facepart.
void cut_region(FaceJob& job, const Image& photo, const Region& region,
                const std::vector<LoadedModel>& models, const Preprocess& preprocess) {
  if (const auto* reason = std::get_if<Skipped>(&region.box)) {
    job.skipped[index(region.facepart)] = *reason;
    return;
  }
  const auto& box = std::get<Box>(region.box);
  const auto planned = plan_tiles(box, region.facepart, preprocess, photo.width(), photo.height());
  if (const auto* reason = std::get_if<Skipped>(&planned)) {
    job.skipped[index(region.facepart)] = *reason;
    return;
  }
  const auto& plan = std::get<TilePlan>(planned);
  const auto at = job.pixels.size();
  bool wanted = false;
  for (std::size_t m = 0; m < models.size(); ++m) {
    if (!serves(*models[m].spec, region.facepart)) continue;
    wanted = true;
    job.passes.push_back({m, region.facepart, plan.count(), plan.count(),
                          std::vector<float>(static_cast<std::size_t>(models[m].spec->width())),
                          std::nullopt});
    job.pixels_at.push_back(at);
  }
  if (!wanted) return;
  const auto bytes = tile_bytes(preprocess) * static_cast<std::size_t>(plan.count());
  job.pixels.resize(at + bytes);
  cut_tiles(photo, box, region.facepart, preprocess, plan, std::span(job.pixels).subspan(at, bytes));
}

Skipped absent_reason(const FaceJob& job, Facepart facepart) {
  if (job.error) return {SkipReason::photo_error, job.error->message};
  const auto& reason = job.skipped[index(facepart)];
  return reason ? *reason : Skipped{SkipReason::no_label, ""};
}

void append_answers(FacePrediction& face, const FaceJob& job, std::size_t model, const ModelSpec& spec,
                    Facepart facepart) {
  const auto pass = std::find_if(job.passes.begin(), job.passes.end(), [&](const CropPass& p) {
    return p.model == model && p.facepart == facepart;
  });
  std::vector<HeadPrediction> heads;
  if (pass == job.passes.end()) {
    heads = skip_heads(spec, facepart, absent_reason(job, facepart));
  } else if (pass->error) {
    heads = skip_heads(spec, facepart, {SkipReason::model_error, pass->error->message});
    if (pass->error->code == ErrorCode::device_failed) face.error = pass->error;
  } else {
    heads = decode_heads(spec, facepart, pass->outputs);
    face.tiles += pass->tiles;
    ++face.crops;
  }
  std::move(heads.begin(), heads.end(), std::back_inserter(face.heads));
}

}  // namespace

CutTimes prepare_face(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                      const EnsembleOptions& options) {
  CutTimes times;
  try {
    const ThreadClock decode_clock;
    const Image photo = open_photo(job.request, options.limits);
    times.decode = decode_clock.seconds();
    const ThreadClock cut_clock;
    for (const auto& region : job.request.regions) cut_region(job, photo, region, models, preprocess);
    times.cut = cut_clock.seconds();
  } catch (const Error& e) {
    job.error = ItemError{e.code(), e.what()};
  } catch (const std::exception& e) {  // out of memory above all: this face fails, its neighbours do not
    job.error = ItemError{ErrorCode::image_too_large, job.request.file.string() + ": " + e.what()};
  }
  if (job.error) {
    job.passes.clear();
    job.pixels_at.clear();
    job.pixels.clear();
  }
  job.request.image = Image();  // the full picture is not needed any more
  job.waiting = static_cast<int>(job.passes.size());
  return times;
}

FacePrediction finish_face(const FaceJob& job, const std::vector<LoadedModel>& models, Mode mode) {
  FacePrediction face;
  face.error = job.error;
  for (const auto& part : faceparts()) {
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (serves(*models[m].spec, part.facepart))
        append_answers(face, job, m, *models[m].spec, part.facepart);
    }
  }
  std::erase_if(face.heads, [&](const HeadPrediction& head) { return !includes(mode, head.task); });
  return face;
}

}  // namespace skingauge
