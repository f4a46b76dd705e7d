#pragma once
// The fabric: one network namespace an instance. In it a bridge for the public pool and one for
// each VPC; the host has one link into it. Names inside it cannot collide with another instance's,
// the namespace has no way out, and removing it removes every bridge, rule and route in it.

#include <sys/types.h>

#include <string>

#include "pocketcloud/ruleset.hpp"

namespace ashlar::pocketcloud {

class Network {
 public:
  Network(const std::string& instance, Cidr public_pool, Cidr vpc_pool);

  /// Makes what is missing; finds the rest. Throws Error(kInternal).
  void ensure();
  void ensure_vpc(const Vpc& vpc);
  void remove_vpc(const Vpc& vpc);
  /// Loads the ruleset as one transaction. Not thread-safe: the caller orders loads.
  void load(const std::string& ruleset);
  /// Slows a droplet's links to `kbit` a second, both ways, until its next boot; 0 ends that.
  /// `inside` is a process in its network namespace. Throws Error(kInvalidInput) where this kernel
  /// cannot.
  void limit_rate(long droplet, pid_t inside, long kbit);
  void forget_droplet(long droplet);

  const FabricLayout& layout() const { return layout_; }
  const std::string& name() const { return name_; }

  /// Removes everything that ensure() makes, of any instance; what is missing is passed over.
  static void remove(const std::string& instance, const Cidr& public_pool, const Cidr& vpc_pool);

 private:
  void make_namespace();
  void make_routes();

  std::string name_;
  Cidr vpc_pool_;
  FabricLayout layout_;
};

/// Called inside a droplet's fresh network namespace: makes eth0 and eth1, their addresses and
/// routes, and plugs their other ends into the fabric's bridges.
struct Links {
  long droplet = 0;
  std::string fabric;
  std::string bridge;          // of its VPC
  std::string public_address;  // with prefix length
  std::string private_address;
  std::string gateway;
};
void attach(const Links& links);

}  // namespace ashlar::pocketcloud
