#include "skingauge/split.hpp"

#include "core/json_file.hpp"
#include "core/text_file.hpp"
#include "core/unicode.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <unordered_map>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

constexpr std::array kParts{Part::train, Part::val, Part::test};

std::array<std::size_t, 3> part_sizes(std::size_t n) {
  std::array<std::size_t, 3> sizes{n * 8 / 10, n / 10, n / 10};
  auto rest = n - sizes[0] - sizes[1] - sizes[2];
  for (auto& size : sizes) {
    if (rest == 0) break;
    ++size;
    --rest;
  }
  return sizes;
}

// Deals the shuffled groups (a photograph, or a person's photographs) to the three parts.
void deal(const std::vector<std::vector<std::string>>& groups, Split& split) {
  const auto order = torch_permutation(groups.size(), split.seed);
  const auto sizes = part_sizes(groups.size());
  std::size_t next = 0;
  for (std::size_t p = 0; p < sizes.size(); ++p) {
    for (std::size_t i = 0; i < sizes[p]; ++i) {
      const auto& group = groups[order[next++]];
      split.parts[p].insert(split.parts[p].end(), group.begin(), group.end());
    }
  }
}

[[noreturn]] void invalid(const fs::path& file, const std::string& message) {
  throw InputError(ErrorCode::split_invalid, file.string() + ": " + message);
}

[[noreturn]] void invalid(const fs::path& file, const std::string& field, const Json& found,
                          const std::string& expected) {
  invalid(file, field + ": found " + brief(found) + ", expected " + expected);
}

// Reads a split file's fields.
class SplitReader {
 public:
  SplitReader(const Json& root, const fs::path& file) : root_(&root), file_(&file) {}

  Split run() {
    if (!root_->is_object()) invalid(*file_, "(whole file)", *root_, "an object");
    if (field("format") != 1) invalid(*file_, "format", field("format"), "1");
    Split split{kind(), seed(), {}};
    if (!field("parts").is_object()) invalid(*file_, "parts", field("parts"), "an object");
    for (const auto part : kParts) split.parts[static_cast<std::size_t>(part)] = ids(part);
    return split;
  }

 private:
  [[nodiscard]] Json field(const char* name) const { return root_->value(name, Json()); }

  [[nodiscard]] SplitKind kind() const {
    const auto found = field("kind");
    for (const auto kind : {SplitKind::published, SplitKind::by_subject}) {
      if (found == to_string(kind)) return kind;
    }
    invalid(*file_, "kind", found, "published or by-subject");
  }

  [[nodiscard]] std::uint32_t seed() const {
    constexpr auto kLargest = std::numeric_limits<std::uint32_t>::max();
    const auto found = field("seed");
    if (found.is_number_integer() && found >= 0 && found <= kLargest) return found.get<std::uint32_t>();
    invalid(*file_, "seed", found, "an integer 0.." + std::to_string(kLargest));
  }

  // A photograph counted twice would weigh twice; one in two parts would be trained on and tested.
  std::vector<std::string> ids(Part part) {
    const auto name = "parts." + std::string(to_string(part));
    const auto found = field("parts").value(std::string(to_string(part)), Json());
    const bool texts = found.is_array() &&
                       std::all_of(found.begin(), found.end(), [](const Json& id) { return id.is_string(); });
    if (!texts) invalid(*file_, name, found, "a list of photograph ids");
    auto list = found.get<std::vector<std::string>>();
    for (const auto& id : list) {
      if (!seen_.insert(id).second) invalid(*file_, name, Json(id), "each photograph once in all parts");
    }
    return list;
  }

  const Json* root_;
  const fs::path* file_;
  std::set<std::string> seen_;
};

std::string subject_of(const std::string& id) {
  const auto name = parse_photo_id(id);
  return name ? name->subject : id;
}

}  // namespace

std::string_view to_string(SplitKind kind) noexcept {
  return kind == SplitKind::published ? "published" : "by-subject";
}

std::string_view to_string(Part part) noexcept {
  switch (part) {
    case Part::train:
      return "train";
    case Part::val:
      return "val";
    case Part::test:
      return "test";
  }
  return "unknown";
}

std::vector<std::size_t> torch_permutation(std::size_t n, std::uint32_t seed) {
  // PyTorch's CPU generator is the standard's mt19937, and randperm swaps forward with random() % (n - i).
  std::mt19937 generator(seed);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i + 1 < n; ++i) std::swap(order[i], order[i + generator() % (n - i)]);
  return order;
}

Split make_split(const Dataset& dataset, SplitKind kind, std::uint32_t seed) {
  Split split{kind, seed, {}};
  std::vector<std::vector<std::string>> groups;
  if (kind == SplitKind::published) {
    for (const auto& photo : dataset.photos) groups.push_back({photo.id});
  } else {
    const auto natural = [](const std::string& a, const std::string& b) { return natural_less(a, b); };
    std::map<std::string, std::vector<std::string>, decltype(natural)> people(natural);
    for (const auto& photo : dataset.photos) people[photo.subject].push_back(photo.id);
    for (auto& [subject, photos] : people) groups.push_back(std::move(photos));
  }
  deal(groups, split);
  return split;
}

std::vector<std::string> shared_subjects(const Split& split) {
  std::map<std::string, std::set<std::size_t>> parts_of;
  for (std::size_t p = 0; p < split.parts.size(); ++p) {
    for (const auto& id : split.parts[p]) parts_of[subject_of(id)].insert(p);
  }
  std::vector<std::string> shared;
  for (const auto& [subject, parts] : parts_of) {
    if (parts.size() > 1) shared.push_back(subject);
  }
  return shared;
}

void write_split(const Split& split, const fs::path& file) {
  Json root{{"format", 1}, {"kind", to_string(split.kind)}, {"seed", split.seed}, {"parts", Json::object()}};
  for (const auto part : kParts) root["parts"][std::string(to_string(part))] = split.part(part);
  write_text_file(file, root.dump(1) + "\n");
}

Split read_split(const fs::path& file) {
  try {
    const auto root = read_json_file(file, {.max_bytes = 64U << 20U}).value;
    return SplitReader(root, file).run();
  } catch (const JsonError& e) {
    invalid(file, e.what());
  }
}

std::vector<PhotoEntry> select(const Dataset& dataset, const std::vector<std::string>& ids) {
  std::unordered_map<std::string, const PhotoEntry*> by_id;
  for (const auto& photo : dataset.photos) by_id.emplace(photo.id, &photo);
  for (const auto& photo : dataset.photos) by_id.emplace(composed(photo.id), &photo);
  std::vector<PhotoEntry> selected;
  std::string missing;
  std::size_t missing_count = 0;
  for (const auto& id : ids) {
    auto found = by_id.find(id);
    if (found == by_id.end()) found = by_id.find(composed(id));
    if (found != by_id.end()) {
      selected.push_back(*found->second);
    } else if (++missing_count <= 3) {
      missing += " " + id;
    }
  }
  if (missing_count > 0) {
    throw InputError(ErrorCode::split_invalid, std::to_string(missing_count) + " of " +
                                                   std::to_string(ids.size()) + " photographs are not in " +
                                                   dataset.root.string() + ":" + missing);
  }
  return selected;
}

}  // namespace skingauge
