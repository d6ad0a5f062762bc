#include "evaluation/slice_model.hpp"

#include "evaluation/figure_lists.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace skingauge {
namespace {

constexpr int kUnknown = std::numeric_limits<int>::max();  // sorts last
constexpr std::size_t kFields = std::tuple_size_v<Headline>;

std::size_t place_of(Item item, Task task) {
  const auto all = items(task);
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), item) - all.begin());
}

// How many different indices were marked.
class Marks {
 public:
  explicit Marks(std::size_t size) : seen_(size, false) {}
  void mark(std::size_t index) {
    if (seen_[index]) return;
    seen_[index] = true;
    ++count_;
  }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  std::vector<bool> seen_;
  std::int64_t count_{0};
};

}  // namespace

SliceModel::SliceModel(const EvaluationData& data, Task task, const Heads& heads, const People& people,
                       const SliceDimension& dimension)
    : data_(&data), task_(task), heads_(&heads), people_(&people), dimension_(&dimension), sums_(0, 0) {
  find_cells();
  common_ = common_items();
  if (tells_something()) fill_sums();
}

void SliceModel::find_cells() {
  std::map<int, Cell> found;
  for (std::size_t h = 0; h < heads_->size(); ++h) {
    const auto& samples = (*heads_)[h]->samples();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const int place = dimension_->place(data_->photos()[samples.photo[i]], *samples.sign);
      auto& cell = found[place < 0 ? kUnknown : place];
      cell.samples.resize(heads_->size());
      cell.samples[h].push_back(i);
    }
  }
  for (auto& [place, cell] : found) {
    cell.place = place;
    auto& here = items_here_.emplace_back();
    for (std::size_t h = 0; h < heads_->size(); ++h) {
      if (!cell.samples[h].empty()) here.push_back(place_of((*heads_)[h]->samples().sign->item, task_));
    }
    std::sort(here.begin(), here.end());
    here.erase(std::unique(here.begin(), here.end()), here.end());
    cells_.push_back(std::move(cell));
  }
}

bool SliceModel::tells_something() const {
  return std::count_if(cells_.begin(), cells_.end(), [](const Cell& c) { return c.place != kUnknown; }) >= 2;
}

void SliceModel::fill_sums() {
  const auto items_count = items(task_).size();
  sums_ = PersonSums(people_->count, cells_.size() * items_count * kFields);
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    for (std::size_t h = 0; h < heads_->size(); ++h) {
      const auto& samples = (*heads_)[h]->samples();
      const auto column = (c * items_count + place_of(samples.sign->item, task_)) * kFields;
      for (const auto i : cells_[c].samples[h]) {
        const auto headline = headline_of(samples, i);
        const auto person = people_->of_photo[samples.photo[i]];
        for (std::size_t f = 0; f < kFields; ++f) sums_.add(person, column + f, headline[f]);
      }
    }
  }
  sums_.close();
}

std::vector<std::size_t> SliceModel::common_items() const {
  std::vector<std::size_t> common;
  for (std::size_t item = 0; item < items(task_).size(); ++item) {
    bool everywhere = !cells_.empty();
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      const auto& here = items_here_[c];
      everywhere =
          everywhere && (cells_[c].place == kUnknown || std::binary_search(here.begin(), here.end(), item));
    }
    if (everywhere) common.push_back(item);
  }
  return common;
}

std::vector<SliceModel::Sums> SliceModel::sums(std::span<const std::uint32_t> weights) const {
  const auto flat = sums_.weighted(weights);
  const auto items_count = items(task_).size();
  std::vector<Sums> all(cells_.size());
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    all[c].items.resize(items_count);
    for (std::size_t item = 0; item < items_count; ++item) {
      for (std::size_t f = 0; f < kFields; ++f)
        all[c].items[item][f] = flat[(c * items_count + item) * kFields + f];
      add(all[c].pooled, all[c].items[item]);
    }
  }
  return all;
}

std::vector<SliceModel::Sums> SliceModel::constants() const {
  std::vector<Sums> all(cells_.size());
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    all[c].items.resize(items(task_).size());
    for (std::size_t h = 0; h < heads_->size(); ++h) {
      if (cells_[c].samples[h].empty()) continue;
      const auto& samples = (*heads_)[h]->samples();
      const auto constant = constant_headline(samples, cells_[c].samples[h]);
      add(all[c].items[place_of(samples.sign->item, task_)], constant);
      add(all[c].pooled, constant);
    }
  }
  return all;
}

// A cell's groups in the order of slices(): items that occur here, the mean, all.
std::vector<Values> SliceModel::cell_values(const Sums& sums, std::size_t cell) const {
  std::vector<Values> groups;
  std::vector<Values> for_mean;
  for (const auto item : items_here_[cell]) groups.push_back(headline_values(task_, sums.items[item], false));
  for_mean.reserve(common_.size());
  for (const auto item : common_) for_mean.push_back(headline_values(task_, sums.items[item], false));
  groups.push_back(mean_values(for_mean, headline_names(task_, false).size()));
  groups.push_back(headline_values(task_, sums.pooled, false));
  return groups;
}

Values SliceModel::values(std::span<const std::uint32_t> weights) const {
  Values values;
  const auto all = sums(weights);
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    for (const auto& group : cell_values(all[c], c)) append(values, group);
  }
  return values;
}

FigureGroup SliceModel::count(const Cell& cell, std::optional<Item> item, std::string name) const {
  FigureGroup group;
  group.name = std::move(name);
  Marks photos(people_->of_photo.size());
  Marks people(people_->count);
  for (std::size_t h = 0; h < heads_->size(); ++h) {
    const auto& samples = (*heads_)[h]->samples();
    if (item && samples.sign->item != *item) continue;
    group.judged += static_cast<std::int64_t>(cell.samples[h].size());
    for (const auto i : cell.samples[h]) {
      photos.mark(samples.photo[i]);
      people.mark(people_->of_photo[samples.photo[i]]);
    }
  }
  group.photos = photos.count();
  group.people = people.count();
  return group;
}

std::vector<Slice> SliceModel::slices(const EvaluationOptions& options) const {
  const auto all = sums({});
  const auto constant = constants();
  const auto names = headline_names(task_, false);
  std::vector<Slice> slices;
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    const auto& cell = cells_[c];
    const auto values = cell_values(all[c], c);
    const auto constants = cell_values(constant[c], c);
    auto& slice = slices.emplace_back();
    slice.dimension = dimension_->name;
    slice.value = cell.place == kUnknown ? "unknown" : dimension_->value(cell.place);
    for (std::size_t i = 0; i < items_here_[c].size(); ++i) {
      const auto item = items(task_)[items_here_[c][i]];
      slice.items.push_back(count(cell, item, std::string(to_string(item))));
      slice.items.back().figures = make_figures(names, values[i], constants[i]);
    }
    const auto mean = items_here_[c].size();
    slice.pooled = count(cell, std::nullopt, "all crops");
    slice.mean_of_items = slice.pooled;
    slice.mean_of_items.name = "mean of items";
    slice.mean_of_items.figures = make_figures(names, values[mean], constants[mean]);
    slice.pooled.figures = make_figures(names, values[mean + 1], constants[mean + 1]);
    slice.small = slice.pooled.people < options.small_people || slice.pooled.judged < options.small_judged;
  }
  return slices;
}

}  // namespace skingauge
