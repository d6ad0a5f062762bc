// Numbers as Python prints them: the published logs were written by it.
#pragma once

#include <string>

namespace skingauge {

/// Python's round(value, digits) for finite values: correctly rounded from the exact binary value.
double python_round(double value, int digits);

/// Python's repr of a finite float of everyday size: shortest digits that read back, with ".0" for whole
/// numbers.
std::string python_repr(double value);

/// Python's f"{value:.<digits>f}".
std::string fixed(double value, int digits);

}  // namespace skingauge
