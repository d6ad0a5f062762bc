#include "evaluation/report/numbers.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/words.hpp"

namespace skingauge::report {
namespace {

std::string value_text(const Sign* sign, double value) {
  if (sign == nullptr) return significant(value);
  if (sign->task == Task::grade) return decimals(value, 0);
  const double units = static_cast<float>(value * sign->scale);
  return significant(units) + " " + std::string(sign->unit) +
         (is_outside_official_range(*sign, units) ? " (outside the official range)" : "");
}

void write_entry(HtmlWriter& html, const GalleryEntry& entry) {
  const auto name = sign_name(entry.sign);
  html.element("figure", {}, [&] {
    html.single("img", {{"src", "data:image/jpeg;base64," + base64(entry.jpeg)},
                        {"alt", "Crop of photograph " + entry.photo + ": " + name},
                        {"loading", "lazy"}});
    html.element("figcaption", {}, [&] {
      html.element("b", "truth " + value_text(entry.sign, entry.truth));
      html.text(", answer " + value_text(entry.sign, entry.answer) + " ");
      html.element("code", entry.photo);
    });
  });
}

}  // namespace

void write_gallery(Page& page, const EvaluationReport& report) {
  if (report.gallery.empty()) return;
  page.section("gallery", "The worst misses", [&] {
    page.html.paragraph("These are people's faces: share this file only with those who may see them.", "bad");
    for (std::size_t first = 0; first < report.gallery.size();) {
      const auto* sign = report.gallery[first].sign;
      page.html.element("h3", sign_name(sign));
      page.html.element("div", {{"class", "gallery"}}, [&] {
        for (; first < report.gallery.size() && report.gallery[first].sign == sign; ++first)
          write_entry(page.html, report.gallery[first]);
      });
    }
  });
}

}  // namespace skingauge::report
