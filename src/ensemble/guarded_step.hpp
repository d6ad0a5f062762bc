// A step of a face's work whose failure is the face's.
#pragma once

#include "skingauge/error.hpp"

#include "ensemble/face_job.hpp"
#include "runtime/thread_clock.hpp"

#include <exception>

namespace skingauge {

/// Calls `work`, unless the job has an error already, and adds the processor time it took to `seconds`. What
/// it throws becomes the job's error. Whether the job has none afterwards.
template <class Work>
bool guarded_step(FaceJob& job, double& seconds, const Work& work) {
  if (job.error) return false;
  const ThreadClock clock;
  try {
    work();
  } catch (const Error& e) {
    job.error = ItemError{e.code(), e.what()};
  } catch (const std::exception& e) {  // out of memory above all: this face fails, its neighbours do not
    job.error = ItemError{ErrorCode::image_too_large, job.request.file.string() + ": " + e.what()};
  }
  seconds += clock.seconds();
  return !job.error;
}

}  // namespace skingauge
