#pragma once
// A small catalog for the tests and fuzzing of kinds.

#include "model/catalog.hpp"

namespace ashlar::fleet::testing {

inline Catalog test_catalog() {
  const auto size = [](std::string slug, int vcpus, long long gibibytes, double monthly,
                       std::vector<std::string> regions) {
    Size result;
    result.slug = std::move(slug);
    result.vcpus = vcpus;
    result.memory_bytes = gibibytes << 30;
    result.disk_bytes = 25LL * vcpus << 30;
    result.price_monthly_usd = monthly;
    result.price_hourly_usd = monthly / 672;
    result.regions = std::move(regions);
    return result;
  };
  Catalog catalog;
  const std::vector<std::string> both{"nyc1", "ams3"};
  catalog.sizes = {size("s-1vcpu-1gb", 1, 1, 6, both),   size("s-1vcpu-2gb", 1, 2, 12, both),
                   size("s-2vcpu-2gb", 2, 2, 18, both),  size("s-2vcpu-4gb", 2, 4, 24, both),
                   size("s-4vcpu-8gb", 4, 8, 48, both),  size("m-2vcpu-16gb", 2, 16, 84, {"ams3"}),
                   size("s-8vcpu-16gb", 8, 16, 96, both)};
  catalog.sizes.back().available = false;
  const auto region = [&](std::string slug, std::string name, bool available) {
    Region result;
    result.slug = std::move(slug);
    result.name = std::move(name);
    result.available = available;
    for (const auto& offered : catalog.sizes) result.sizes.push_back(offered.slug);
    return result;
  };
  catalog.regions = {region("nyc1", "New York 1", true), region("ams3", "Amsterdam 3", true),
                     region("sfo1", "San Francisco 1", false)};
  return catalog;
}

}  // namespace ashlar::fleet::testing
