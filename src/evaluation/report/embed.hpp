// SKINGAUGE_EMBED(name, file): the bytes of a file as `const char name_begin[]` up to `name_end`, read-only,
// seen by this library alone. `file` is a string literal, an absolute path; CMake names it and makes the
// object depend on it.
#pragma once

// NOLINTBEGIN(bugprone-macro-parentheses): names and strings are pasted.
#define SKINGAUGE_EMBED(name, file)                                                                  \
  extern "C" {                                                                                       \
  __attribute__((visibility("hidden"))) extern const char name##_begin[];                            \
  __attribute__((visibility("hidden"))) extern const char name##_end[];                              \
  }                                                                                                  \
  asm(".pushsection .rodata." #name                                                                  \
      ",\"a\",%progbits\n"                                                                           \
      ".global " #name "_begin\n.hidden " #name                                                      \
      "_begin\n"                                                                                     \
      ".global " #name "_end\n.hidden " #name "_end\n" #name "_begin:\n.incbin \"" file "\"\n" #name \
      "_end:\n.byte 0\n"                                                                             \
      ".popsection\n")
// NOLINTEND(bugprone-macro-parentheses)
