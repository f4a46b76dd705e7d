#pragma once
// user_data: the part of cloud-config that is honoured. What is not is refused rather than ignored,
// since a machine that silently lacks what was asked for is worse than none.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ashlar::pocketcloud {

struct SeedFile {
  std::string path;
  std::string content;
  unsigned mode = 0644;
  std::string owner = "root:root";
  bool append = false;
};

/// What is written into a droplet's disk before its first boot.
struct Seed {
  std::vector<SeedFile> host_keys;           // ssh_keys, as files of /etc/ssh
  std::vector<std::string> authorized_keys;  // of root
  std::vector<SeedFile> files;               // write_files, in order
};

/// Parses user_data. An empty text is an empty seed. Every fault is listed at once; no message
/// quotes a value, since values may be private keys.
Parsed<Seed> parse_cloud_config(std::string_view user_data);

/// To and from the file that holds a seed between create and first boot.
Json to_json(const Seed& seed);
Seed seed_from_json(const Json& json);

}  // namespace ashlar::pocketcloud
