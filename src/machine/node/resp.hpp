#pragma once
// RESP, version 2: the protocol in which requests are lists of words, and replies are typed.

#include <optional>
#include <string>
#include <vector>

#include "machine/node/operation.hpp"

namespace ashlar::node {

std::string encode_command(const std::vector<std::string>& words);

/// The reply that starts at `position`, which moves behind it; nothing while it is incomplete.
/// Strings become strings, integers numbers, arrays lists, nil null, errors {"error": text}.
/// Throws Failure when the bytes are no reply.
std::optional<Json> parse_reply(const std::string& bytes, size_t& position);

}  // namespace ashlar::node
