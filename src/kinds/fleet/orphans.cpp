#include "kinds/fleet/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "kinds/fleet/names.hpp"
#include "kinds/fleet/steps.hpp"

namespace ashlar::fleet {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

class Search {
 public:
  explicit Search(const OrphanSearch& search)
      : search_(search), owner_(owner_tag(search.organization_id)) {}

  std::vector<Orphan> run() {
    find_machines();
    find_vpcs();
    find_firewalls();
    find_keys();
    find_tags();
    return std::move(found_);
  }

 private:
  cloud::Cloud& cloud() const { return search_.tools.cloud; }

  /// Empty: it is accounted for, or nobody can say that it is ours.
  std::string why_orphaned(const std::vector<std::string>& marks) const {
    const auto id = resource_of(marks);
    const auto resource = id ? search_.find_resource(*id) : std::nullopt;
    if (resource && resource->state == ResourceState::kDeleted)
      return fmt::format("{} '{}' was deleted", resource->kind, resource->name);
    if (resource || std::ranges::find(marks, owner_) == marks.end()) return {};
    if (!id) return "it names no resource";
    return fmt::format("there is no resource {}; was the database restored from before it?", *id);
  }

  void take(Orphan orphan, const std::vector<std::string>& marks) {
    orphan.because = why_orphaned(marks);
    if (orphan.because.empty()) return;
    orphan.resource_id = resource_of(marks).value_or("");
    found_.push_back(std::move(orphan));
  }

  void find_machines() {
    const Catalog catalog = cloud().catalog();
    for (const auto& machine : cloud().list_machines()) {
      take({.type = "machine",
            .provider_id = machine.id,
            .name = machine.name,
            .region = machine.region,
            .size = machine.size,
            .monthly_usd = catalog.monthly_usd_of(machine.size),
            .created_at = machine.created_at},
           machine.tags);
    }
  }

  void find_vpcs() {
    for (const auto& vpc : cloud().list_vpcs())
      if (!vpc.is_default)
        take({.type = "vpc",
              .provider_id = vpc.id,
              .name = vpc.name,
              .region = vpc.region,
              .created_at = vpc.created_at},
             words_of(vpc.description));
  }

  void find_firewalls() {
    for (const auto& firewall : cloud().list_firewalls())
      take({.type = "firewall",
            .provider_id = firewall.id,
            .name = firewall.name,
            .created_at = firewall.created_at},
           firewall.tags);
  }

  /// The control plane had another key when it registered this one.
  void find_keys() {
    const auto present = cloud().find_ssh_key(search_.tools.ssh_public_key);
    for (const auto& key : cloud().list_ssh_keys()) {
      if (key.name != owner_ || key.id == present) continue;
      found_.push_back({.type = "ssh-key",
                        .provider_id = key.id,
                        .name = key.name,
                        .because = "it is not the control plane's present SSH key"});
    }
  }

  void find_tags() {
    for (const auto& tag : cloud().list_tags())
      if (resource_of({tag})) take({.type = "tag", .provider_id = tag, .name = tag}, {tag});
  }

  const OrphanSearch& search_;
  const std::string owner_;
  std::vector<Orphan> found_;
};

void destroy(const Tools& tools, const Orphan& orphan) {
  if (orphan.type == "vpc") return tools.cloud.delete_vpc(orphan.provider_id);
  if (orphan.type == "firewall") return tools.cloud.delete_firewall(orphan.name);
  if (orphan.type == "ssh-key") return tools.cloud.delete_ssh_key(orphan.provider_id);
  if (orphan.type == "tag") return tools.cloud.delete_tag(orphan.provider_id);
  if (const auto machine = tools.cloud.find_machine(orphan.provider_id)) destroy(tools, *machine);
}

}  // namespace

std::vector<Orphan> find_orphans(const OrphanSearch& search) {
  return Search(search).run();
}

Orphan destroy_orphan(const OrphanSearch& search, const std::string& type,
                      const std::string& provider_id) {
  for (auto& orphan : find_orphans(search)) {
    if (orphan.type != type || orphan.provider_id != provider_id) continue;
    destroy(search.tools, orphan);
    return std::move(orphan);
  }
  throw Error(
      ErrorCode::kNotFound,
      fmt::format("{}: there is no orphaned {} {}", search.tools.cloud.name(), type, provider_id),
      "`ashlar orphans` lists what there is");
}

}  // namespace ashlar::fleet
