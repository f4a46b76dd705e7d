#pragma once

#include <filesystem>
#include <functional>

#include "http/client.hpp"
#include "mirror/mirror.hpp"

namespace ashlar::mirror {

struct DownloadRequest {
  const Source& source;
  std::filesystem::path part;  // where it comes together
  std::function<void(const Fetching&)> tell;
  std::function<bool()> wanted_still;
};

/// Fetches the file into its part, going on from what is there, until it is whole, has the digest,
/// and is on the disk. What came of it stays when it fails, unless it has another digest. Blocks
/// as long as that takes, and about a second more once it is not wanted. Throws as Mirror::fetch().
void download(const DownloadRequest& request, http::Client& client, const MirrorOptions& options);

}  // namespace ashlar::mirror
