#include "kinds/cluster/server/credentials.hpp"

#include "kinds/cluster/server/authority.hpp"

namespace ashlar::cluster {

Json revealed_or_null(const std::optional<Secret>& secret) {
  return secret ? Json(secret->reveal()) : Json(nullptr);
}

Json authorities_or_null(const engine::FindSecret& find) {
  const auto trusted = trusted_authorities(find);
  return trusted ? Json(*trusted) : Json(nullptr);
}

}  // namespace ashlar::cluster
