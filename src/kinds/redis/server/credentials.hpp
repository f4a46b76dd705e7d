#pragma once
// What a client needs to connect: the secrets, and where to go with them.

#include "engine/kind.hpp"

namespace ashlar::redis {

///   username, password, sentinelPassword (null: no sentinels), caCertificate (PEM; null: no TLS)
///   connection   null until the cluster has been proved, else {
///     tls,
///     endpoints  [{name, role, group (null: a sentinel), host, port}], one a node, roles as they
///                were observed last
///     sentinels  ["host:port"]; empty for a single node
///     groups     [{name, master (node; null: nobody leads), url (null: nobody leads)}]: the name
///                is what sentinels call the master; the URL holds the password, escaped }
/// Pure, but for the secrets that it looks up.
Json credentials(const Resource& resource, const engine::FindSecret& find);

}  // namespace ashlar::redis
