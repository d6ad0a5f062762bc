#include "runtime/plan_store.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"
#include "core/text_file.hpp"
#include "runtime/content_hash.hpp"

#include <cctype>

namespace skingauge {
namespace {

constexpr std::size_t kLargestFile = 64U << 20U;

// "NVIDIA H200" -> "nvidia-h200"
std::string file_name(const std::string& gpu) {
  std::string name = lower(gpu);
  for (char& c : name) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) c = '-';
  }
  return name;
}

std::string key_of(const GpuDescription& gpu, const std::string& cudnn, Precision precision) {
  return "cuDNN " + cudnn + ", " + gpu.name + ", capability " + std::to_string(gpu.capability) + ", " +
         std::to_string(gpu.multiprocessors) + " multiprocessors, " + std::string(to_string(precision));
}

Json as_json(const StoredPlan& plan) {
  return {{"engine", plan.engine},
          {"microseconds", plan.microseconds ? Json(*plan.microseconds) : Json()},
          {"driver", plan.driver},
          {"hash", content_hash(plan.bytes)},
          {"plan", hex(plan.bytes)}};
}

StoredPlan plan_of(const Json& json) {
  StoredPlan plan;
  plan.engine = json.at("engine").get<std::string>();
  if (!json.at("microseconds").is_null()) plan.microseconds = json.at("microseconds").get<double>();
  plan.driver = json.at("driver").get<int>();
  plan.bytes = from_hex(json.at("plan").get<std::string>());
  if (content_hash(plan.bytes) != json.at("hash").get<std::string>()) throw std::invalid_argument("damaged");
  return plan;
}

}  // namespace

PlanStore::PlanStore(const std::filesystem::path& folder, const GpuDescription& gpu, const std::string& cudnn,
                     Precision precision)
    : key_(key_of(gpu, cudnn, precision)), driver_(gpu.driver) {
  if (folder.empty()) return;
  file_ = folder / (file_name(gpu.name) + "-" + std::string(to_string(precision)) + ".plans");
  try {
    read();
  } catch (const std::exception&) {
    plans_.clear();  // made anew
  }
}

void PlanStore::read() {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file_, ec)) return;
  JsonLimits limits;
  limits.max_bytes = kLargestFile;
  const auto json = read_json_file(file_, limits).value;
  if (json.at("key").get<std::string>() != key_) return;
  for (const auto& [name, plan] : json.at("plans").items()) plans_.emplace(name, plan_of(plan));
}

const StoredPlan* PlanStore::find(const std::string& name) const {
  const auto found = plans_.find(name);
  if (found == plans_.end()) return nullptr;
  const auto& plan = found->second;
  return plan.driver != driver_ ? nullptr : &plan;
}

void PlanStore::put(const std::string& name, StoredPlan plan) {
  plan.driver = driver_;
  plans_.insert_or_assign(name, std::move(plan));
  changed_ = true;
}

void PlanStore::keep() {
  if (file_.empty() || !changed_) return;
  Json plans = Json::object();
  for (const auto& [name, plan] : plans_) plans[name] = as_json(plan);
  make_folder(file_.parent_path());
  write_text_file(file_, Json{{"format", 1}, {"key", key_}, {"plans", plans}}.dump(1));
  changed_ = false;
}

}  // namespace skingauge
