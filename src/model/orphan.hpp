#pragma once
// Something at a provider that carries Ashlar's marks and belongs to no resource.

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace ashlar {

struct Orphan {
  std::string type;         // machine, vpc, firewall, ssh-key, tag
  std::string provider_id;  // of a tag: its name
  std::string name;
  std::string region;       // empty where it has none
  std::string size;         // of a machine
  std::string resource_id;  // of the resource that it was made for; empty: of all
  std::string because;      // why it belongs to nobody, for people
  double monthly_usd = 0;
  std::optional<Time> created_at;  // unknown of keys and tags
};

/// With "provider"; what is unknown or does not apply is null.
Json to_json(const Orphan& orphan, const std::string& provider);

}  // namespace ashlar
