#include "kinds/fleet/host_identity.hpp"

#include <fmt/format.h>

namespace ashlar::fleet {
namespace {

std::string indented(const std::string& text) {
  std::string result;
  for (size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    result += fmt::format("    {}\n", text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace

machine::KeyPair ensure_host_key(engine::Secrets& secrets, const std::string& node) {
  const auto stored = secrets.ensure("host-key/" + node, [&] {
    const auto pair = machine::generate_key_pair(node);
    return Secret(dump(Json{{"public", pair.public_key}, {"private", pair.private_key.reveal()}}));
  });
  const auto json = parse_json(stored.reveal());
  if (!json || !json->contains("public") || !json->contains("private")) {
    throw Error(ErrorCode::kInternal, fmt::format("the stored host key of {} is damaged", node));
  }
  // Stored as one value, but it must not appear by itself either.
  register_secret(json->at("private").get_ref<const std::string&>());
  return {.public_key = json->at("public"), .private_key = Secret(json->at("private"))};
}

Secret cloud_config(const machine::KeyPair& host_key) {
  auto public_key = host_key.public_key;
  while (public_key.ends_with('\n')) public_key.pop_back();
  return Secret(
      fmt::format("#cloud-config\nssh_keys:\n  ed25519_private: |\n{}  ed25519_public: {}\n",
                  indented(host_key.private_key.reveal()), public_key));
}

}  // namespace ashlar::fleet
