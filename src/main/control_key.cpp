#include "main/control_key.hpp"

#include "base/log.hpp"
#include "store/transaction.hpp"

namespace ashlar {
namespace {

constexpr const char* kOwner = "control-plane";
constexpr const char* kPrivate = "ssh/private-key";
constexpr const char* kPublic = "ssh/public-key";

}  // namespace

machine::KeyPair ensure_control_key(store::Store& store, const std::string& organization) {
  const auto private_key = store.find_secret(organization, kOwner, kPrivate);
  const auto public_key = store.find_secret(organization, kOwner, kPublic);
  if (private_key && public_key) return {public_key->reveal(), *private_key};

  machine::KeyPair made = machine::generate_key_pair("ashlar");
  // Both halves or none: a crash in between must not leave halves that do not belong together.
  store.write([&](store::Transaction& transaction) {
    transaction.put_secret(organization, kOwner, kPrivate, made.private_key, false);
    transaction.put_secret(organization, kOwner, kPublic, Secret(made.public_key), false);
  });
  log::info("made the SSH key {} for logging in to machines",
            machine::fingerprint(made.public_key));
  return made;
}

}  // namespace ashlar
