// Writing HTML to a stream. What comes from files is hostile: every text and attribute is escaped here.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace skingauge::report {

/// Text that may stand between tags or in a quoted attribute. Control characters become their visible
/// pictures (U+2400 and on); bytes that are not UTF-8, and characters that turn the direction of writing for
/// what comes after them, become U+FFFD.
std::string escape_html(std::string_view text);

/// Script that may stand between script tags: nothing in it ends the element or opens a comment.
std::string escape_script(std::string_view source);

std::string base64(std::string_view bytes);

/// Writes elements one after another. Not safe from several threads.
class HtmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit HtmlWriter(std::ostream& out) : out_(&out) {}

  /// An element around what `body` writes. A line break after it, except inside a line.
  template <std::invocable Body>
  void element(std::string_view tag, Attributes attributes, Body&& body) {
    open(tag, attributes);
    std::forward<Body>(body)();
    close(tag);
  }
  /// An element around text.
  void element(std::string_view tag, Attributes attributes, std::string_view text);
  void element(std::string_view tag, std::string_view text) { element(tag, {}, text); }
  /// A paragraph of prose().
  void paragraph(std::string_view text, std::string_view css_class = {});
  /// An element that has no end tag.
  void single(std::string_view tag, Attributes attributes);
  void text(std::string_view text);
  /// Text in which a number and its "%" stay on one line.
  void prose(std::string_view text);
  /// Text that may break after each "_" and "/".
  void breakable(std::string_view text);
  /// Markup as it is.
  void raw(std::string_view markup);

 private:
  void open(std::string_view tag, Attributes attributes);
  void close(std::string_view tag);
  std::ostream* out_;
};

}  // namespace skingauge::report
