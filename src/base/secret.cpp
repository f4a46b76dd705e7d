#include "base/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "base/guarded.hpp"
#include "base/program_output.hpp"

namespace ashlar {
namespace {

// Longest first, so that a secret that contains another one is masked whole.
struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};

Guarded<std::set<std::string, LongestFirst>>& registry() {
  static Guarded<std::set<std::string, LongestFirst>> instance;
  return instance;
}

constexpr size_t kShortestMasked = 6;

}  // namespace

void register_secret(std::string_view value) {
  if (value.size() < kShortestMasked) return;
  const std::string quoted =
      nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  registry().with([&](auto& secrets) {
    secrets.emplace(value);
    secrets.insert(quoted.substr(1, quoted.size() - 2));
  });
}

std::string redact(std::string_view text) {
  static constexpr std::string_view kMask = "[secret]";
  std::string out(text);
  registry().with([&](const auto& secrets) {
    for (const std::string& secret : secrets) {
      for (size_t at = out.find(secret); at != std::string::npos;
           at = out.find(secret, at + kMask.size()))
        out.replace(at, secret.size(), kMask);
    }
  });
  return out;
}

size_t showable(std::string_view text) {
  size_t showable = text.size();
  registry().with([&](const auto& secrets) {
    for (const std::string& secret : secrets) {
      const std::string_view whole = secret;
      for (size_t begun = std::min(whole.size() - 1, text.size()); begun > 0; --begun) {
        if (!text.ends_with(whole.substr(0, begun))) continue;
        showable = std::min(showable, text.size() - begun);
        break;
      }
    }
  });
  return showable;
}

Secret generate_password(size_t length) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text(length, '\0');
  for (char& c : text) c = kAlphabet[randombytes_uniform(kAlphabet.size())];
  return Secret(std::move(text));
}

}  // namespace ashlar
