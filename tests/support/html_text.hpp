// Reading a page back, as far as tests need it: its text, its elements, whether it is well formed.
#pragma once

#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge::test {

/// One tag as it stands: "<td class=\"number\">", "</td>".
inline std::vector<std::string> tags_of(const std::string& html) {
  std::vector<std::string> tags;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const auto end = html.find('>', at);
    if (end == std::string::npos) break;
    tags.push_back(html.substr(at, end - at + 1));
  }
  return tags;
}

inline std::string name_of(const std::string& tag) {
  std::string name;
  for (std::size_t at = tag[1] == '/' ? 2 : 1; at < tag.size() && std::isalnum(tag[at]) != 0; ++at)
    name += tag[at];
  return name;
}

/// Without scripts and style sheets, whose text is not the page's.
inline std::string without_code(std::string html) {
  for (const std::string name : {"script", "style"}) {
    for (auto at = html.find("<" + name); at != std::string::npos; at = html.find("<" + name, at)) {
      const auto end = html.find("</" + name + ">", at);
      html.erase(at, end == std::string::npos ? end : end - at + name.size() + 3);
    }
  }
  return html;
}

/// What a reader reads: no code, no tags, characters for entities, no-break spaces as spaces.
inline std::string text_of(const std::string& html) {
  std::string text;
  bool inside = false;
  for (const char c : without_code(html)) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') inside = false;
  }
  const std::vector<std::pair<std::string, std::string>> entities{
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"\u00A0", " "}, {"&amp;", "&"}};
  for (const auto& [entity, character] : entities) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + character.size()))
      text.replace(at, entity.size(), character);
  }
  return text;
}

/// Every value of an attribute, in order.
inline std::vector<std::string> attributes_of(const std::string& html, const std::string& name) {
  std::vector<std::string> values;
  const auto start = " " + name + "=\"";
  for (const auto& tag : tags_of(without_code(html))) {
    const auto at = tag.find(start);
    if (at == std::string::npos) continue;
    const auto first = at + start.size();
    values.push_back(tag.substr(first, tag.find('"', first) - first));
  }
  return values;
}

/// The first tag that closes what is not open, or is left open; empty where all is well.
inline std::string badly_nested(const std::string& html) {
  static const std::set<std::string> kSingle{"meta", "link", "img", "wbr", "br"};
  std::vector<std::string> open;
  for (const auto& tag : tags_of(without_code(html))) {
    const auto name = name_of(tag);
    if (tag[1] == '!' || kSingle.count(name) != 0) continue;
    if (tag[1] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return tag + " inside " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is left open";
}

inline std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
    ++count;
  return count;
}

}  // namespace skingauge::test
