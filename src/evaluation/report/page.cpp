#include "evaluation/report/page.hpp"

#include "evaluation/report/embedded.hpp"

namespace skingauge::report {
namespace {

// No network: nothing may be loaded from anywhere, whatever the page or a file's name in it asks for.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'";

void write_head(HtmlWriter& html, const std::string& title, const Assets& assets) {
  html.element("head", {}, [&] {
    html.raw("\n<meta charset=\"utf-8\">\n");
    html.single("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", kPolicy}});
    html.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    html.single("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    html.single("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
    html.single("link", {{"rel", "icon"}, {"href", "data:,"}});
    html.element("title", title);
    html.element("script", {}, [&] { html.raw("document.documentElement.classList.add(\"js\")"); });
    html.element("style", {}, [&] { html.raw(assets.css); });
  });
}

void write_scripts(HtmlWriter& html, const Page& page, const Assets& assets) {
  html.element("script", {{"type", "application/json"}, {"id", "plot-data"}},
               [&] { html.raw(script_json(page.plot_data())); });
  for (const auto source : {assets.plotly, assets.js}) {
    if (!source.empty()) html.element("script", {}, [&] { html.raw(escape_script(source)); });
  }
}

}  // namespace

void Page::plot(const Plot& plot) {
  if (!plots_) return;
  const auto number = std::to_string(data_.size());
  const auto height = "--height:" + std::to_string(plot.height) + "px";
  html.element("figure", {{"class", "plot-box"}}, [&] {
    html.element("figcaption", plot.title);
    html.element("div",
                 {{"class", "plot"},
                  {"data-plot", number},
                  {"role", "img"},
                  {"aria-label", plot.title + ". " + plot.label},
                  {"style", height}},
                 "");
    if (!plot.note.empty()) html.paragraph(plot.note, "note");
  });
  data_.push_back(plot.data);
}

Assets embedded_assets() noexcept { return {style_sheet(), script(), plotly()}; }

std::string script_json(const Json& value) {
  auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at))
    text.replace(at, 1, "\\u003c");
  return text;
}

void write_document(std::ostream& out, const std::string& title, const Assets& assets,
                    const std::function<void(Page&)>& body) {
  Page page(out, !assets.plotly.empty());
  page.html.raw("<!DOCTYPE html>\n");
  page.html.element("html", {{"lang", "en"}}, [&] {
    write_head(page.html, title, assets);
    page.html.element("body", {}, [&] {
      body(page);
      write_scripts(page.html, page, assets);
    });
  });
}

}  // namespace skingauge::report
