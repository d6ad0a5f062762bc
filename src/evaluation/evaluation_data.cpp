#include "skingauge/evaluation_data.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace skingauge {
namespace {

constexpr int kNotAmongThree = 3;

std::size_t place_of(const Sign& sign) { return static_cast<std::size_t>(&sign - signs().data()); }

template <class T>
void fill(std::optional<T>& field, const std::optional<T>& value) {
  if (!field) field = value;
}
void fill(std::string& field, const std::string& value) {
  if (field.empty()) field = value;
}

void fill(PhotoFacts& facts, const PhotoFacts& more) {
  fill(facts.subject, more.subject);
  fill(facts.device, more.device);
  fill(facts.angle, more.angle);
  fill(facts.gender, more.gender);
  fill(facts.age, more.age);
  fill(facts.skin_type, more.skin_type);
  fill(facts.sensitive, more.sensitive);
}

// The highest probability and the place of the truth among all; unknown where an answer has no probabilities.
GradeSample sample_of(const GradePrediction& grade, int truth) {
  GradeSample sample{grade.grade, truth};
  const auto listed = std::find(grade.top3.begin(), grade.top3.end(), truth);
  // A head of two grades lists two: a truth that it does not have is a miss all the same.
  if (!grade.top3.empty())
    sample.rank = listed == grade.top3.end() ? kNotAmongThree : static_cast<int>(listed - grade.top3.begin());
  const auto highest = std::max_element(grade.probabilities.begin(), grade.probabilities.end());
  if (highest != grade.probabilities.end()) sample.confidence = *highest;
  return sample;
}

}  // namespace

PhotoFacts facts_from_name(const std::string& id) {
  PhotoFacts facts;
  facts.id = id;
  const auto name = parse_photo_id(id);
  if (!name) return facts;
  facts.subject = name->subject;
  facts.angle = name->angle;
  if (name->device >= 1 && name->device <= 3) facts.device = static_cast<PhotoDevice>(name->device);
  return facts;
}

PhotoFacts facts_from_labels(const PhotoEntry& photo, const PhotoLabels& labels) {
  PhotoFacts facts;
  facts.id = photo.id;
  facts.subject = photo.subject;
  facts.device = photo.device;
  facts.angle = photo.angle;
  for (const auto& label : labels.labels) {
    if (!label) continue;
    PhotoFacts more;
    more.gender = label->info.gender;
    more.age = label->info.age;
    more.skin_type = label->info.skin_type;
    more.sensitive = label->info.sensitive;
    fill(facts, more);
  }
  return facts;
}

std::uint32_t EvaluationData::add_photo(const PhotoFacts& facts) {
  const auto [found, added] = index_.try_emplace(facts.id, static_cast<std::uint32_t>(photos_.size()));
  if (added) {
    photos_.push_back(facts);
  } else {
    fill(photos_[found->second], facts);
  }
  return found->second;
}

bool EvaluationData::know(const PhotoFacts& facts) {
  const auto found = index_.find(facts.id);
  if (found == index_.end()) return false;
  auto merged = facts;
  fill(merged, photos_[found->second]);
  photos_[found->second] = std::move(merged);
  return true;
}

void EvaluationData::add(std::uint32_t photo, const HeadOutcome& outcome) {
  if (const auto* skip = std::get_if<Skipped>(&outcome.answer)) {
    add_skipped(*outcome.sign, std::string(to_string(skip->reason)));
  } else if (const auto* grade = std::get_if<GradePrediction>(&outcome.answer)) {
    add_grade(photo, *outcome.sign, sample_of(*grade, static_cast<int>(outcome.truth)));
  } else {
    add_measurement(photo, *outcome.sign, std::get<MeasurementPrediction>(outcome.answer).value,
                    outcome.normalised_truth());
  }
}

HeadSamples& EvaluationData::samples(const Sign& sign) {
  auto& head = heads_[place_of(sign)];
  head.sign = &sign;
  if (sign.task == Task::grade) head.classes = std::max(head.classes, sign.max_grade + 1);
  return head;
}

void EvaluationData::add_grade(std::uint32_t photo, const Sign& sign, const GradeSample& sample) {
  constexpr int kHighest = 126;
  if (sample.answer < 0 || sample.truth < 0 || sample.answer > kHighest || sample.truth > kHighest)
    throw std::invalid_argument("EvaluationData::add_grade: grades must be 0..126");
  auto& head = samples(sign);
  head.classes = std::max({head.classes, sample.answer + 1, sample.truth + 1});
  head.photo.push_back(photo);
  head.truth.push_back(sample.truth);
  head.answer.push_back(sample.answer);
  head.rank.push_back(static_cast<std::int8_t>(std::min(sample.rank, kHighest)));
  head.confidence.push_back(static_cast<float>(sample.confidence));
}

void EvaluationData::add_measurement(std::uint32_t photo, const Sign& sign, double answer, double truth) {
  if (!std::isfinite(answer) || !std::isfinite(truth))
    throw std::invalid_argument("EvaluationData::add_measurement: values must be finite");
  auto& head = samples(sign);
  head.photo.push_back(photo);
  head.truth.push_back(truth);
  head.answer.push_back(answer);
}

void EvaluationData::add_skipped(const Sign& sign, const std::string& reason) {
  samples(sign);
  ++skipped_[place_of(sign)][reason];
}

void EvaluationData::merge(const EvaluationData& other) {
  std::vector<std::uint32_t> photo_of;
  photo_of.reserve(other.photos_.size());
  for (const auto& photo : other.photos_) photo_of.push_back(add_photo(photo));
  for (const auto& [place, more] : other.heads_) {
    auto& head = samples(signs()[place]);
    head.classes = std::max(head.classes, more.classes);
    for (const auto photo : more.photo) head.photo.push_back(photo_of[photo]);
    head.truth.insert(head.truth.end(), more.truth.begin(), more.truth.end());
    head.answer.insert(head.answer.end(), more.answer.begin(), more.answer.end());
    head.rank.insert(head.rank.end(), more.rank.begin(), more.rank.end());
    head.confidence.insert(head.confidence.end(), more.confidence.begin(), more.confidence.end());
  }
  for (const auto& [place, reasons] : other.skipped_) {
    for (const auto& [reason, count] : reasons) skipped_[place][reason] += count;
  }
}

std::vector<const HeadSamples*> EvaluationData::heads(Task task) const {
  std::vector<const HeadSamples*> found;
  for (const auto& [place, head] : heads_) {
    if (head.sign->task == task) found.push_back(&head);
  }
  return found;
}

EvaluationData::SkipCounts EvaluationData::skipped(const Sign& sign) const {
  const auto found = skipped_.find(place_of(sign));
  return found == skipped_.end() ? SkipCounts{} : found->second;
}

EvaluationData::SkipCounts EvaluationData::skipped(Task task) const {
  SkipCounts all;
  for (const auto& [place, reasons] : skipped_) {
    if (signs()[place].task != task) continue;
    for (const auto& [reason, count] : reasons) all[reason] += count;
  }
  return all;
}

bool EvaluationData::has(Task task) const { return !heads(task).empty(); }

}  // namespace skingauge
