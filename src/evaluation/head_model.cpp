#include "evaluation/head_model.hpp"

#include <numeric>
#include <unordered_map>

namespace skingauge {
namespace {

std::vector<std::size_t> all_of(const HeadSamples& samples) {
  std::vector<std::size_t> all(samples.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

People::People(const std::vector<PhotoFacts>& photos) {
  std::unordered_map<std::string, std::uint32_t> known;
  of_photo.reserve(photos.size());
  for (const auto& photo : photos) {
    // The mark keeps a photograph's name apart from a person's.
    const auto name = photo.subject.empty() ? "\n" + photo.id : photo.subject;
    of_photo.push_back(known.try_emplace(name, static_cast<std::uint32_t>(known.size())).first->second);
  }
  count = known.size();
}

HeadModel::HeadModel(const HeadSamples& samples)
    : samples_(&samples), constant_(constant_headline(samples, all_of(samples))) {}

std::unique_ptr<HeadModel> HeadModel::make(const HeadSamples& samples, const People& people) {
  return samples.sign->task == Task::grade ? make_grade_model(samples, people)
                                           : make_measurement_model(samples, people);
}

}  // namespace skingauge
