// One page: where a report's sections write to, its plots, and the frame that makes it a file of its own.
#pragma once

#include "core/json_file.hpp"
#include "evaluation/report/html.hpp"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace skingauge::report {

/// What is drawn where by report.js.
struct Plot {
  Json data;          ///< {"kind": "intervals", ...}: report.js says what each kind needs
  std::string title;  ///< above the plot
  std::string label;  ///< what it shows, for those who do not see it
  std::string note;   ///< below the plot; may be empty
  int height{320};    ///< that is kept free until it is drawn, in pixels
};

class Page {
 public:
  /// Without `plots`, places of plots stay empty.
  Page(std::ostream& out, bool plots) : html(out), plots_(plots) {}

  HtmlWriter html;

  /// Writes the place of a plot and keeps its data.
  void plot(const Plot& plot);
  void plot(const std::optional<Plot>& plot) {
    if (plot) this->plot(*plot);
  }
  /// A section with an id and a heading; both also make the table of contents.
  template <std::invocable Body>
  void section(std::string_view id, std::string_view title, Body&& body) {
    html.element("section", {{"id", id}}, [&] {
      html.element("h2", title);
      std::forward<Body>(body)();
    });
  }
  [[nodiscard]] bool has_plots() const noexcept { return plots_; }
  [[nodiscard]] const Json& plot_data() const noexcept { return data_; }

 private:
  bool plots_;
  Json data_ = Json::array();
};

/// What a page is made of besides its sections.
struct Assets {
  std::string_view css;
  std::string_view js;
  std::string_view plotly;  ///< empty: a page without plots, which says so
};
/// Those of this build.
Assets embedded_assets() noexcept;

/// JSON for a script element: in ASCII, without "<".
std::string script_json(const Json& value);

/// A whole document around `body`.
void write_document(std::ostream& out, const std::string& title, const Assets& assets,
                    const std::function<void(Page&)>& body);

}  // namespace skingauge::report
