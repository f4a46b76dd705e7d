#pragma once
// Faults on purpose: what real clouds do to requests and to boots. What machines do (kill, pause,
// ...) is done at once and is not kept here. docs/guides/pocket-cloud.md has the table.

#include <map>
#include <optional>
#include <random>
#include <regex>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "base/json.hpp"

namespace ashlar::pocketcloud {

enum class BootFault { kNone, kSlow, kNever, kFails, kUnreachable };

struct Fault {
  // Which requests or boots.
  std::string method;  // empty: any
  std::string path;    // regular expression, searched in the path
  std::string name;    // of the droplet, regular expression; boot faults only
  long count = -1;     // how often it still strikes; -1: without end
  double probability = 1;

  // What happens to a request.
  int status = 0;           // answered instead of the effect; 0: none
  std::string message;      // of that answer
  long retry_after_s = -1;  // -1: no Retry-After
  Millis delay{0};          // before the effect
  Millis delay_after_effect{0};
  bool drop_before_effect = false;  // the connection closes, nothing happened
  bool drop_after_effect = false;   // the connection closes, it happened
  Millis not_found_after_create{0};

  // What happens to a boot; kNone: this is a request fault.
  BootFault boot = BootFault::kNone;
};

/// A request fault or boot fault from its JSON form; every faulty field is named.
Parsed<Fault> parse_fault(const Json& json);
Json to_json(const Fault& fault);

/// The faults in force. Thread-safe.
class FaultBook {
 public:
  long add(Fault fault);
  bool remove(long id);
  void clear();
  Json list() const;

  /// The first fault that strikes this request, counted. /_pocket is never struck.
  std::optional<Fault> strike_request(const std::string& method, const std::string& path);
  std::optional<Fault> strike_boot(const std::string& droplet_name);

 private:
  struct Entry {
    Fault fault;
    std::regex path;
    std::regex name;
    long strikes = 0;
  };
  struct Book {
    long next_id = 1;
    std::map<long, Entry> entries;
    std::mt19937 random{std::random_device{}()};
  };
  template <class Matches>
  std::optional<Fault> strike(Matches&& matches);

  Guarded<Book> book_;
};

}  // namespace ashlar::pocketcloud
