#pragma once
// What this cloud offers: DigitalOcean's slugs and list prices, so that a plan rehearsed here reads
// as in production. Source: DigitalOcean's public price list of 2025.

#include <span>
#include <string_view>

#include "base/json.hpp"

namespace ashlar::pocketcloud {

struct Size {
  std::string_view slug;
  int memory_mb;
  int vcpus;
  int disk_gb;
  double transfer_tb;
  double price_monthly_usd;
  std::string_view description;
};

struct Region {
  std::string_view slug;
  std::string_view name;
  std::string_view missing_size;  // one size it does not offer; empty: it offers all
};

struct Image {
  long id;
  std::string_view slug;
  std::string_view name;
  std::string_view distribution;
  int min_disk_gb;
};

std::span<const Size> sizes();
std::span<const Region> regions();
std::span<const Image> images();

/// Null when there is none.
const Size* find_size(std::string_view slug);
const Region* find_region(std::string_view slug);
const Image* find_image(std::string_view slug);
const Image* find_image(long id);

bool offers(const Region& region, const Size& size);

/// As the API shows them.
Json to_json(const Size& size);
Json to_json(const Region& region);
Json to_json(const Image& image);

}  // namespace ashlar::pocketcloud
