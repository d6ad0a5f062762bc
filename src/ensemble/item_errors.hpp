// Failures of items as values, made where memory may be what is short.
#pragma once

#include "skingauge/error.hpp"

#include <string_view>

namespace skingauge {

/// The exception that is being handled, as an error of `thing` (a file, a model; may be empty): an Error's
/// code and message; std::bad_alloc is out-of-memory, and anything else `otherwise`. For a catch handler.
/// Where there is no memory for the message, it is the code's name.
ItemError error_in_flight(std::string_view thing, ErrorCode otherwise) noexcept;

/// A copy; where there is no memory for its message, with the code's name instead.
ItemError copy_of(const ItemError& error) noexcept;

}  // namespace skingauge
