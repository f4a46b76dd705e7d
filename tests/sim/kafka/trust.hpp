#pragma once
// Who lets whom in: nodes of Kafka speak to each other by certificates of the cluster's authority.

#include <map>
#include <string>
#include <utility>

namespace ashlar::sim {

/// What a node shows, and whose certificates it takes: the texts of its PEM files.
struct Credentials {
  std::string identity;
  std::string authorities;
};

class Trust {
 public:
  /// Whether each of the two takes the other's certificate.
  bool between(const Credentials& one, const Credentials& other);

 private:
  bool takes(const std::string& authorities, const std::string& identity);

  std::map<std::pair<std::string, std::string>, bool> known_;  // a signature is slow to check
};

}  // namespace ashlar::sim
