#include "core/unicode.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(Unicode, ComposedFormIsTheSameForBothFormsOfAName) {
  struct Name {
    const char* composed;
    const char* decomposed;
  };
  for (const auto& name : {Name{"\uC815\uBA74 \uC0AC\uC9C4.jpg",
                                "\u110C\u1165\u11BC\u1106\u1167\u11AB \u1109\u1161\u110C\u1175\u11AB.jpg"},
                           Name{"Fr\u00FChling.jpg", "Fru\u0308hling.jpg"},
                           Name{"\u304C\u3071.png", "\u304B\u3099\u306F\u309A.png"},
                           Name{"\u1EC7", "e\u0323\u0302"}, Name{"0001_01_F", "0001_01_F"}, Name{"", ""}}) {
    EXPECT_EQ(composed(name.composed), name.composed);
    EXPECT_EQ(composed(name.decomposed), name.composed);
  }
}

TEST(Unicode, ComposedFormKeepsWhatOnlyLooksAlike) {
  EXPECT_EQ(composed("\uFF21"), "\uFF21");  // a wide A stays one
  EXPECT_EQ(composed("\u0430"), "\u0430");  // and so does a Cyrillic a
}

TEST(Unicode, ComposedFormOfBytesThatAreNoUtf8IsUnchanged) {
  for (const std::string name : {"\xC1\xA4\xB8\xE9.jpg", "\xFF\xFE", "a\xC3"})
    EXPECT_EQ(composed(name), name);
}

}  // namespace
}  // namespace skingauge
