// File names in Unicode: macOS stores letters with marks and Korean syllables decomposed, other systems
// composed.
#pragma once

#include <string>
#include <string_view>

namespace skingauge {

/// The text in composed form (NFC), so that names that look alike compare equal; unchanged where it is not
/// UTF-8.
std::string composed(std::string_view text);

}  // namespace skingauge
