#pragma once
// The cluster's secrets by name, and what else of it must be made once and never again.

#include <optional>
#include <string>
#include <vector>

#include "engine/step.hpp"
#include "kinds/cluster/server/authority.hpp"
#include "kinds/kafka/spec/spec.hpp"

namespace ashlar::kafka {

namespace secret_name {
using namespace cluster::secret_name;
inline constexpr const char* kClusterId = "cluster-id";
/// Who forms the first quorum, as formatting takes it: decided once, whatever happens later.
inline constexpr const char* kInitialControllers = "initial-controllers";
/// What the user gave; the one in use is a copy.
std::string given_password(const std::string& user);
std::string password(const std::string& user);
/// Of a controller's folder: another machine has another one, under whatever name it works.
std::string directory_id(const std::string& provider_id);
}  // namespace secret_name

/// Makes the authority, the cluster's id and the users' passwords, as far as they are not there.
void ensure_credentials(engine::Secrets& secrets, const Spec& spec, Time now);

/// Throws Error(kInternal) when ensure_credentials() was never called.
std::string cluster_id(engine::Secrets& secrets);

std::string ensure_directory_id(engine::Secrets& secrets, const std::string& provider_id);

}  // namespace ashlar::kafka
