#pragma once
// Sessions of browsers, in SQL. Internal to the store.

#include <optional>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace ashlar::store {

/// Also forgets the sessions that are over, so that the table stays as small as its use. Throws
/// Error(kNotFound) when there is no such token.
Secret insert_session(Connection& connection, const std::string& token_id, Time now,
                      Time expires_at);
std::optional<Session> find_session(Connection& connection, const Secret& id, Time now);
void remove_session(Connection& connection, const Secret& id);

}  // namespace ashlar::store
