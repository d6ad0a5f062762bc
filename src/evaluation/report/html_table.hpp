// Tables of a report: plain values, written once.
#pragma once

#include "evaluation/report/html.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge::report {

/// One cell: the figure, its interval in brackets, what to read it beside (a line each), a mark.
struct Cell {
  std::string text;
  std::string interval;  ///< "79.1 to 82.4", without brackets
  std::vector<std::string> notes;
  std::string mark;          ///< a short warning: "few", "always the same"
  bool neutral_mark{false};  ///< the mark is no warning
  bool number{true};
  std::string code;  ///< shown after the text as code: a key, a hash
  std::string link;  ///< an id in the page that the text leads to
};

struct Column {
  std::string title;
  std::string note{};  ///< small, below the title
  bool number{true};
};

struct Row {
  Cell head;
  std::vector<Cell> cells;
  bool total{false};  ///< stands for several other rows
};

struct HtmlTable {
  std::string caption;
  std::vector<Column> columns;  ///< the first is that of the rows' heads
  std::vector<Row> rows;

  /// In a box of its own that scrolls sideways where the page is too narrow.
  void write(HtmlWriter& html) const;
};

/// A table's frame around what `body` writes: its caption, in a box that scrolls sideways.
void write_scrolling_table(HtmlWriter& html, std::string_view caption, std::string_view css_class,
                           const std::function<void()>& body);

/// A cell of words, set to the left.
Cell words_cell(std::string text);

}  // namespace skingauge::report
