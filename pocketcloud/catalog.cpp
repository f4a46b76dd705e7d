#include "pocketcloud/catalog.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ashlar::pocketcloud {
namespace {

constexpr std::array kSizes = {
    Size{"s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4, "Basic"},
    Size{"s-1vcpu-1gb", 1024, 1, 25, 1, 6, "Basic"},
    Size{"s-1vcpu-2gb", 2048, 1, 50, 2, 12, "Basic"},
    Size{"s-2vcpu-2gb", 2048, 2, 60, 3, 18, "Basic"},
    Size{"s-2vcpu-4gb", 4096, 2, 80, 4, 24, "Basic"},
    Size{"s-4vcpu-8gb", 8192, 4, 160, 5, 48, "Basic"},
    Size{"s-8vcpu-16gb", 16384, 8, 320, 6, 96, "Basic"},
    Size{"c-2", 4096, 2, 25, 4, 42, "CPU-Optimized"},
    Size{"g-2vcpu-8gb", 8192, 2, 25, 4, 63, "General Purpose"},
    Size{"m-2vcpu-16gb", 16384, 2, 50, 4, 84, "Memory-Optimized"},
};

constexpr std::array kRegions = {
    Region{"nyc1", "New York 1", ""},
    Region{"nyc3", "New York 3", ""},
    Region{"sfo3", "San Francisco 3", ""},
    Region{"ams3", "Amsterdam 3", ""},
    Region{"sgp1", "Singapore 1", ""},
    Region{"lon1", "London 1", ""},
    Region{"fra1", "Frankfurt 1", ""},
    Region{"tor1", "Toronto 1", ""},
    Region{"blr1", "Bangalore 1", "m-2vcpu-16gb"},
};

constexpr std::array kImages = {
    Image{151'000'012, "debian-12-x64", "12 x64", "Debian", 10},
};

template <class Range, class Field>
auto find_by(const Range& range, Field field, std::string_view wanted)
    -> decltype(&*range.begin()) {
  const auto found = std::ranges::find(range, wanted, field);
  return found == range.end() ? nullptr : &*found;
}

Json region_slugs(const Size& size) {
  Json slugs = Json::array();
  for (const auto& region : kRegions) {
    if (offers(region, size)) slugs.push_back(region.slug);
  }
  return slugs;
}

}  // namespace

std::span<const Size> sizes() {
  return kSizes;
}
std::span<const Region> regions() {
  return kRegions;
}
std::span<const Image> images() {
  return kImages;
}

const Size* find_size(std::string_view slug) {
  return find_by(kSizes, &Size::slug, slug);
}
const Region* find_region(std::string_view slug) {
  return find_by(kRegions, &Region::slug, slug);
}
const Image* find_image(std::string_view slug) {
  return find_by(kImages, &Image::slug, slug);
}
const Image* find_image(long id) {
  const auto found = std::ranges::find(kImages, id, &Image::id);
  return found == kImages.end() ? nullptr : &*found;
}

bool offers(const Region& region, const Size& size) {
  return region.missing_size != size.slug;
}

Json to_json(const Size& size) {
  // A month is billed as 672 hours at most.
  const double hourly = std::round(size.price_monthly_usd / 672 * 1e5) / 1e5;
  return {{"slug", size.slug},
          {"memory", size.memory_mb},
          {"vcpus", size.vcpus},
          {"disk", size.disk_gb},
          {"transfer", size.transfer_tb},
          {"price_monthly", size.price_monthly_usd},
          {"price_hourly", hourly},
          {"regions", region_slugs(size)},
          {"available", true},
          {"description", size.description}};
}

Json to_json(const Region& region) {
  Json slugs = Json::array();
  for (const auto& size : kSizes) {
    if (offers(region, size)) slugs.push_back(size.slug);
  }
  return {{"name", region.name},
          {"slug", region.slug},
          {"features", {"metadata"}},
          {"available", true},
          {"sizes", slugs}};
}

Json to_json(const Image& image) {
  Json slugs = Json::array();
  for (const auto& region : kRegions) slugs.push_back(region.slug);
  return {{"id", image.id},
          {"name", image.name},
          {"distribution", image.distribution},
          {"slug", image.slug},
          {"public", true},
          {"regions", slugs},
          {"created_at", "2023-06-10T00:00:00Z"},
          {"min_disk_size", image.min_disk_gb},
          {"type", "base"},
          {"size_gigabytes", 0.2},
          {"description", "Debian 12 x64"},
          {"tags", Json::array()},
          {"status", "available"},
          {"error_message", ""}};
}

}  // namespace ashlar::pocketcloud
