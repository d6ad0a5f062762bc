// A step of a face's work whose failure is the face's.
#pragma once

#include "ensemble/face_job.hpp"
#include "ensemble/item_errors.hpp"
#include "runtime/thread_clock.hpp"

namespace skingauge {

/// Calls `work`, unless the job has an error already, and adds the processor time it took to `seconds`. What
/// it throws becomes the job's error: this face fails, its neighbours do not. Whether the job has none
/// afterwards.
template <class Work>
bool guarded_step(FaceJob& job, double& seconds, const Work& work) noexcept {
  if (job.error) return false;
  const ThreadClock clock;
  try {
    work();
  } catch (...) {
    job.error = error_in_flight(job.request.file.native(), ErrorCode::internal_error);
  }
  seconds += clock.seconds();
  return !job.error;
}

}  // namespace skingauge
