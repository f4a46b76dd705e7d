#pragma once
// What a provider sells: read for validation, prices and expected sizes. Pure data.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ashlar {

struct Size {
  std::string slug;  // s-1vcpu-1gb
  int vcpus = 0;
  long long memory_bytes = 0;
  long long disk_bytes = 0;
  double price_monthly_usd = 0;
  double price_hourly_usd = 0;
  std::vector<std::string> regions;
  bool available = true;
};

struct Region {
  std::string slug;  // nyc1
  std::string name;  // New York 1
  std::vector<std::string> sizes;
  std::vector<std::string> features;
  bool available = true;
};

struct Catalog {
  std::vector<Size> sizes;
  std::vector<Region> regions;

  const Size* find_size(std::string_view slug) const;
  /// What a machine of this size costs a month; 0 when the provider does not offer it.
  double monthly_usd_of(std::string_view size) const;
  const Region* find_region(std::string_view slug) const;
};

Json to_json(const Size&);
Json to_json(const Region&);

}  // namespace ashlar
