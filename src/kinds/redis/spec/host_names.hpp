#pragma once
// Names of nodes beside their addresses, for clients that want them. Redis and Sentinel themselves
// know addresses only, so a cluster never depends on who resolves them. Pure.

#include <string>
#include <vector>

#include "kinds/redis/spec/spec.hpp"

namespace ashlar::redis {

/// sentinel-1.prod.infra.example.com; empty when the spec asks for no names. `record` may be that
/// of a machine that has not taken over yet: its node's name counts.
std::string host_name(const Spec& spec, const std::string& record);

struct Host {
  std::string node;
  std::string address;  // IPv4 or IPv6
};

/// Lines for /etc/hosts, between marks by which a later version replaces them.
std::string hosts_file(const Spec& spec, const std::vector<Host>& hosts);
/// A master file (RFC 1035) for a zone of the cluster's own, but for its SOA and NS records.
std::string zone_file(const Spec& spec, const std::vector<Host>& hosts);

}  // namespace ashlar::redis
