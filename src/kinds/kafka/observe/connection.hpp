#pragma once
// How clients reach a cluster, in the words of several of them; without a password. Pure.

#include "kinds/kafka/observe/view.hpp"

namespace ashlar::kafka {

/// `connection` of the status: where to begin, the settings of a client, commands to try it with,
/// and lines of a shell that fetch what those need.
Json connection_json(const ClusterView& view, const std::string& resource_id);

}  // namespace ashlar::kafka
