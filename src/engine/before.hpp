#pragma once
// What held before an operation was accepted, kept for as long as the operation may be cancelled.

#include <map>
#include <string>

#include "base/secret.hpp"
#include "model/operation.hpp"
#include "store/transaction.hpp"

namespace ashlar::engine {

/// Notes in `operation` the resource as it is, and keeps the stored values of the secrets that
/// `given` will replace. Call it before either is changed.
void keep_what_was_before(store::Transaction& tx, Operation& operation, const Resource& resource,
                          const std::map<std::string, Secret>& given);

/// Makes the spec and the secrets from before count again, with a generation of their own, and says
/// so in the operation's history. Nothing happens for an operation that made its resource.
void restore_what_was_before(store::Transaction& tx, const Operation& operation, Time now);

/// It succeeded: the secrets from before are of no use any more.
void forget_what_was_before(store::Transaction& tx, const Operation& operation);

}  // namespace ashlar::engine
