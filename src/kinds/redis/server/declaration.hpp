#pragma once
// All that Ashlar sets on a node and that stays as it was set: one list of operations. Carried out
// they set it, only checked they are the look that finds what somebody changed. Pure.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kinds/cluster/server/deviation.hpp"
#include "kinds/redis/server/access.hpp"
#include "kinds/redis/server/batches.hpp"

namespace ashlar::redis {

using cluster::Deviation;
using cluster::deviations_in;

/// Files, units and kernel parameters. What runs is neither started nor stopped.
machine::Batch declared_batch(const Spec& spec, bool holds_data,
                              const std::optional<TlsFiles>& tls);
/// Directives by name, as redis.conf and CONFIG GET tell them.
using Directives = std::map<std::string, std::string>;

/// Those of a data node that are the same as long as it lives and can be set while it runs.
/// `masterauth` is a secret.
Directives declared_directives(const Spec& spec, const Endpoint& self, const Passwords& passwords);
/// Those lines of sentinel.conf that Sentinel keeps as they were written first. The passwords in
/// them are secrets.
std::vector<std::string> declared_sentinel_lines(const Spec& spec, const Endpoint& self,
                                                 const std::vector<std::string>& groups,
                                                 const Passwords& passwords);

/// The directives of a configuration file, without quotes; of several of one name, the last.
Directives read_directives(const std::string& conf);
/// Every line of a configuration file, without quotes.
std::set<std::string> read_lines(const std::string& conf);
/// Those of `wanted` that `present` has otherwise, or not.
Directives differing(const Directives& wanted, const Directives& present);

}  // namespace ashlar::redis
