#include "ensemble/face_job.hpp"

#include "model/head_decoding.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace skingauge {
namespace {

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
  if (job.error || pass == job.passes.end()) {
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

bool serves(const ModelSpec& model, Facepart facepart) {
  return std::find(model.faceparts.begin(), model.faceparts.end(), facepart) != model.faceparts.end();
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
