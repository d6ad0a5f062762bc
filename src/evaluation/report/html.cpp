#include "evaluation/report/html.hpp"

#include "evaluation/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace skingauge::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t place) {
  return place < text.size() ? static_cast<std::uint8_t>(text[place]) : 0;
}

// U+202A to U+202E and U+2066 to U+2069: a name with one of them could turn around the words after it.
bool turns_direction(std::string_view sequence) {
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  const auto last = byte_at(sequence, 2);
  return (sequence[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
         (sequence[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

void append_ascii(std::string& html, char c) {
  const auto code = static_cast<std::uint8_t>(c);
  if (c == '&') {
    html += "&amp;";
  } else if (c == '<') {
    html += "&lt;";
  } else if (c == '>') {
    html += "&gt;";
  } else if (c == '"') {
    html += "&quot;";
  } else if (c == '\'') {
    html += "&#39;";
  } else if (code < 0x20 && c != '\n' && c != '\t') {
    html += {'\xE2', '\x90', static_cast<char>(0x80U + code)};
  } else if (code == 0x7F) {
    html += "\xE2\x90\xA1";
  } else {
    html += c;
  }
}

// Whether "/script" stands at a place, in capitals or not.
bool ends_script(std::string_view text, std::size_t place) {
  static constexpr std::string_view kEnd = "/script";
  const auto same = [](char c, char end) {
    return c == end || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == end);
  };
  const auto there = text.substr(std::min(place, text.size()), kEnd.size());
  return std::equal(there.begin(), there.end(), kEnd.begin(), kEnd.end(), same);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const auto length = utf8_sequence_length(text, at);
    if (length == 0 || turns_direction(text.substr(at, length))) {
      html += kReplacement;
    } else if (length == 1) {
      append_ascii(html, text[at]);
    } else {
      html += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return html;
}

std::string escape_script(std::string_view source) {
  // In a string, a regular expression or a template "\/" and "\!" are "/" and "!".
  std::string script(source);
  for (auto at = script.find('<'); at != std::string::npos; at = script.find('<', at + 1)) {
    if (script.compare(at, 4, "<!--") == 0 || ends_script(script, at + 1)) script.insert(at + 1, 1, '\\');
  }
  return script;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto three = std::uint32_t{byte_at(bytes, at)} << 16U |
                       std::uint32_t{byte_at(bytes, at + 1)} << 8U | byte_at(bytes, at + 2);
    const auto left = bytes.size() - at;
    text += kDigits[three >> 18U];
    text += kDigits[three >> 12U & 63U];
    text += left > 1 ? kDigits[three >> 6U & 63U] : '=';
    text += left > 2 ? kDigits[three & 63U] : '=';
  }
  return text;
}

void HtmlWriter::open(std::string_view tag, Attributes attributes) {
  *out_ << '<' << tag;
  for (const auto& [name, value] : attributes) {
    if (!value.empty() || name == "alt") *out_ << ' ' << name << "=\"" << escape_html(value) << '"';
  }
  *out_ << '>';
}

void HtmlWriter::close(std::string_view tag) {
  static constexpr std::array kInLine{"span", "code", "a", "b", "td", "th", "summary"};
  *out_ << "</" << tag << '>';
  for (const std::string_view name : kInLine) {
    if (tag == name) return;
  }
  *out_ << '\n';
}

void HtmlWriter::element(std::string_view tag, Attributes attributes, std::string_view text) {
  open(tag, attributes);
  this->text(text);
  close(tag);
}

void HtmlWriter::paragraph(std::string_view text, std::string_view css_class) {
  element("p", {{"class", css_class}}, [&] { prose(text); });
}

void HtmlWriter::single(std::string_view tag, Attributes attributes) {
  open(tag, attributes);
  *out_ << '\n';
}

void HtmlWriter::text(std::string_view text) { *out_ << escape_html(text); }

void HtmlWriter::prose(std::string_view text) {
  std::string joined(text);
  replace_all(joined, " %", "\u00A0%");
  this->text(joined);
}

void HtmlWriter::breakable(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of("_/", at), text.size() - 1) + 1;
    this->text(text.substr(at, end - at));
    if (end < text.size()) *out_ << "<wbr>";
    at = end;
  }
}

void HtmlWriter::raw(std::string_view markup) { *out_ << markup; }

}  // namespace skingauge::report
