#pragma once
// Organizations, their tokens, and the sessions of browsers, in SQL. Internal to the store.

#include <optional>
#include <string>
#include <vector>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace ashlar::store {

std::vector<Organization> list_organizations(Connection& connection);
Organization insert_organization(Connection& connection, const std::string& name, Time now);

/// Throws Error(kNotFound) when there is no such organization.
NewToken insert_token(Connection& connection, const std::string& organization_id,
                      const std::string& name, const std::vector<std::string>& permissions,
                      Time now);
std::optional<Principal> find_token(Connection& connection, const Secret& token);
std::vector<Token> list_tokens(Connection& connection, const std::string& organization_id);
/// With its sessions. False when the organization has no such token.
bool remove_token(Connection& connection, const std::string& organization_id,
                  const std::string& token_id);

/// Also forgets the sessions that are over, so that the table stays as small as its use. Throws
/// Error(kNotFound) when there is no such token.
Secret insert_session(Connection& connection, const std::string& token_id, Time now,
                      Time expires_at);
std::optional<Session> find_session(Connection& connection, const Secret& id, Time now);
void remove_session(Connection& connection, const Secret& id);

}  // namespace ashlar::store
