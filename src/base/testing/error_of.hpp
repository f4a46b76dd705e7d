#pragma once
// For tests: the Error that something throws, to be looked at member by member.

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ashlar {

/// Fails the test when nothing, or nothing of that type, is thrown.
template <class Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::kInternal, ""};
}

}  // namespace ashlar
