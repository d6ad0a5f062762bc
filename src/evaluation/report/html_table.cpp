#include "evaluation/report/html_table.hpp"

#include <utility>

namespace skingauge::report {
namespace {

void write_inside(HtmlWriter& html, const Cell& cell) {
  if (cell.link.empty()) {
    html.element("span", {{"class", "value"}}, cell.text);
  } else {
    html.element("a", {{"href", "#" + cell.link}}, cell.text);
  }
  if (!cell.interval.empty()) html.element("span", {{"class", "interval"}}, " (" + cell.interval + ")");
  for (const auto& note : cell.notes)
    html.element("span", {{"class", "beside"}}, [&] { html.prose(" " + note); });
  if (!cell.code.empty()) {
    html.text(" ");
    html.element("code", {}, [&] { html.breakable(cell.code); });
  }
  if (!cell.mark.empty()) {
    html.text(" ");
    html.element("span", {{"class", cell.neutral_mark ? "mark neutral" : "mark"}}, cell.mark);
  }
}

void write_titles(HtmlWriter& html, const std::vector<Column>& columns) {
  html.element("thead", {}, [&] {
    html.element("tr", {}, [&] {
      for (const auto& column : columns) {
        html.element("th", {{"scope", "col"}, {"class", column.number ? "number" : ""}}, [&] {
          html.text(column.title);
          if (!column.note.empty()) html.element("span", {{"class", "beside"}}, " " + column.note);
        });
      }
    });
  });
}

void write_row(HtmlWriter& html, const Row& row) {
  html.element("tr", {{"class", row.total ? "total" : ""}}, [&] {
    html.element("th", {{"scope", "row"}}, [&] { write_inside(html, row.head); });
    for (const auto& cell : row.cells)
      html.element("td", {{"class", cell.number ? "number" : ""}}, [&] { write_inside(html, cell); });
  });
}

}  // namespace

void write_scrolling_table(HtmlWriter& html, std::string_view caption, std::string_view css_class,
                           const std::function<void()>& body) {
  const HtmlWriter::Attributes scroll{
      {"class", "scroll"}, {"role", "region"}, {"aria-label", caption}, {"tabindex", "0"}};
  html.element("div", scroll, [&] {
    html.element("table", {{"class", css_class}}, [&] {
      html.element("caption", {}, [&] { html.element("span", caption); });
      body();
    });
  });
}

void HtmlTable::write(HtmlWriter& html) const {
  write_scrolling_table(html, caption, "", [&] {
    write_titles(html, columns);
    html.element("tbody", {}, [&] {
      for (const auto& row : rows) write_row(html, row);
    });
  });
}

Cell words_cell(std::string text) {
  Cell cell;
  cell.text = std::move(text);
  cell.number = false;
  return cell;
}

}  // namespace skingauge::report
