#include "model/catalog.hpp"

#include <algorithm>

namespace ashlar {

const Size* Catalog::find_size(std::string_view slug) const {
  const auto found = std::ranges::find(sizes, slug, &Size::slug);
  return found == sizes.end() ? nullptr : &*found;
}

double Catalog::monthly_usd_of(std::string_view size) const {
  const Size* found = find_size(size);
  return found ? found->price_monthly_usd : 0;
}

const Region* Catalog::find_region(std::string_view slug) const {
  const auto found = std::ranges::find(regions, slug, &Region::slug);
  return found == regions.end() ? nullptr : &*found;
}

Json to_json(const Size& size) {
  return {{"slug", size.slug},
          {"vcpus", size.vcpus},
          {"memoryBytes", size.memory_bytes},
          {"diskBytes", size.disk_bytes},
          {"priceMonthlyUsd", size.price_monthly_usd},
          {"priceHourlyUsd", size.price_hourly_usd},
          {"regions", size.regions},
          {"available", size.available}};
}

Json to_json(const Region& region) {
  return {{"slug", region.slug},
          {"name", region.name},
          {"sizes", region.sizes},
          {"features", region.features},
          {"available", region.available}};
}

}  // namespace ashlar
