#include "ensemble/item_errors.hpp"

#include <new>
#include <string>

namespace skingauge {
namespace {

ItemError made(ErrorCode code, std::string_view thing, std::string_view what) noexcept {
  ItemError error{code, {}};
  try {
    if (!thing.empty()) error.message.append(thing).append(": ");
    error.message += what;
  } catch (const std::bad_alloc&) {
    try {
      error.message =
          to_string(code);  // short enough to need no memory, where strings have room of their own
    } catch (const std::bad_alloc&) {
      error.message.clear();
    }
  }
  return error;
}

}  // namespace

ItemError error_in_flight(std::string_view thing, ErrorCode otherwise) noexcept {
  try {
    throw;
  } catch (const Error& e) {
    return made(e.code(), {}, e.what());
  } catch (const std::bad_alloc&) {
    return made(ErrorCode::out_of_memory, thing, "out of memory");
  } catch (const std::exception& e) {
    return made(otherwise, thing, e.what());
  } catch (...) {
    return made(otherwise, thing, "an exception that is no std::exception");
  }
}

ItemError copy_of(const ItemError& error) noexcept { return made(error.code, {}, error.message); }

}  // namespace skingauge
