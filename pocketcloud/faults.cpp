#include "pocketcloud/faults.hpp"

#include <fmt/format.h>

#include <array>

namespace ashlar::pocketcloud {
namespace {

constexpr std::array<std::pair<BootFault, std::string_view>, 4> kBootNames = {{
    {BootFault::kSlow, "slow"},
    {BootFault::kNever, "never"},
    {BootFault::kFails, "fails"},
    {BootFault::kUnreachable, "unreachable"},
}};

constexpr long kMostDelayMs = 3'600'000;

class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  Parsed<Fault> read() {
    if (!json_.is_object())
      return std::unexpected(std::vector<FieldError>{{"", "must be an object"}});
    for (const auto& [key, value] : json_.items()) field(key, value);
    check();
    if (!faults_.empty()) return std::unexpected(faults_);
    return fault_;
  }

 private:
  void bad(const std::string& key, std::string message) {
    faults_.push_back({key, std::move(message)});
  }

  void field(const std::string& key, const Json& value) {
    if (key == "method")
      text(key, value, fault_.method);
    else if (key == "path")
      regex(key, value, fault_.path);
    else if (key == "name")
      regex(key, value, fault_.name);
    else if (key == "message")
      text(key, value, fault_.message);
    else if (key == "boot")
      boot(value);
    else if (key == "count")
      number(key, value, 1, 1'000'000, fault_.count);
    else if (key == "status")
      number(key, value, 400, 599, fault_.status);
    else if (key == "retryAfter")
      number(key, value, 0, 3600, fault_.retry_after_s);
    else if (key == "delayMs")
      millis(key, value, fault_.delay);
    else if (key == "delayAfterEffectMs")
      millis(key, value, fault_.delay_after_effect);
    else if (key == "notFoundAfterCreateMs")
      millis(key, value, fault_.not_found_after_create);
    else if (key == "dropBeforeEffect")
      flag(key, value, fault_.drop_before_effect);
    else if (key == "dropAfterEffect")
      flag(key, value, fault_.drop_after_effect);
    else if (key == "probability") {
      if (!value.is_number() || value < 0 || value > 1) return bad(key, "must be from 0 to 1");
      fault_.probability = value.get<double>();
    } else {
      bad(key, "is not a field of a fault");
    }
  }

  void text(const std::string& key, const Json& value, std::string& into) {
    if (!value.is_string()) return bad(key, "must be a text");
    into = value.get<std::string>();
  }

  void regex(const std::string& key, const Json& value, std::string& into) {
    text(key, value, into);
    try {
      std::regex(into, std::regex::extended);
    } catch (const std::regex_error&) {
      bad(key, "is not a regular expression");
    }
  }

  template <class Number>
  void number(const std::string& key, const Json& value, long least, long most, Number& into) {
    if (!value.is_number_integer() || value < least || value > most) {
      return bad(key, fmt::format("must be a whole number from {} to {}", least, most));
    }
    into = value.get<Number>();
  }

  void millis(const std::string& key, const Json& value, Millis& into) {
    long count = 0;
    number(key, value, 0, kMostDelayMs, count);
    into = Millis{count};
  }

  void flag(const std::string& key, const Json& value, bool& into) {
    if (!value.is_boolean()) return bad(key, "must be true or false");
    into = value.get<bool>();
  }

  void boot(const Json& value) {
    for (const auto& [kind, name] : kBootNames) {
      if (value == name) fault_.boot = kind;
    }
    if (fault_.boot == BootFault::kNone) bad("boot", "must be slow, never, fails or unreachable");
  }

  void check() {
    const bool strikes_request = fault_.status != 0 || fault_.delay.count() > 0 ||
                                 fault_.delay_after_effect.count() > 0 ||
                                 fault_.drop_before_effect || fault_.drop_after_effect ||
                                 fault_.not_found_after_create.count() > 0;
    if (fault_.boot == BootFault::kNone && !strikes_request && faults_.empty()) {
      bad("",
          "says nothing that should happen: give status, delayMs, delayAfterEffectMs, "
          "dropBeforeEffect, dropAfterEffect, notFoundAfterCreateMs, boot or machine");
    }
    if (fault_.boot == BootFault::kSlow && fault_.delay.count() == 0)
      bad("delayMs", "is needed for a slow boot");
  }

  const Json& json_;
  Fault fault_;
  std::vector<FieldError> faults_;
};

}  // namespace

Parsed<Fault> parse_fault(const Json& json) {
  return Reader(json).read();
}

Json to_json(const Fault& fault) {
  Json boot = nullptr;
  for (const auto& [kind, name] : kBootNames) {
    if (fault.boot == kind) boot = name;
  }
  return {{"method", fault.method},
          {"path", fault.path},
          {"name", fault.name},
          {"count", fault.count < 0 ? Json(nullptr) : Json(fault.count)},
          {"probability", fault.probability},
          {"status", fault.status == 0 ? Json(nullptr) : Json(fault.status)},
          {"message", fault.message},
          {"retryAfter", fault.retry_after_s < 0 ? Json(nullptr) : Json(fault.retry_after_s)},
          {"delayMs", fault.delay.count()},
          {"delayAfterEffectMs", fault.delay_after_effect.count()},
          {"dropBeforeEffect", fault.drop_before_effect},
          {"dropAfterEffect", fault.drop_after_effect},
          {"notFoundAfterCreateMs", fault.not_found_after_create.count()},
          {"boot", boot}};
}

long FaultBook::add(Fault fault) {
  return book_.with([&](Book& book) {
    Entry entry{fault, std::regex(fault.path, std::regex::extended),
                std::regex(fault.name, std::regex::extended)};
    book.entries.emplace(book.next_id, std::move(entry));
    return book.next_id++;
  });
}

bool FaultBook::remove(long id) {
  return book_.with([&](Book& book) { return book.entries.erase(id) > 0; });
}

void FaultBook::clear() {
  book_.with([](Book& book) { book.entries.clear(); });
}

Json FaultBook::list() const {
  return book_.with([](const Book& book) {
    Json list = Json::array();
    for (const auto& [id, entry] : book.entries) {
      Json item = to_json(entry.fault);
      item["id"] = id;
      item["strikes"] = entry.strikes;
      list.push_back(std::move(item));
    }
    return list;
  });
}

template <class Matches>
std::optional<Fault> FaultBook::strike(Matches&& matches) {
  return book_.with([&](Book& book) -> std::optional<Fault> {
    for (auto& [id, entry] : book.entries) {
      if (entry.fault.count == 0 || !matches(entry)) continue;
      if (std::uniform_real_distribution<>()(book.random) >= entry.fault.probability) continue;
      if (entry.fault.count > 0) --entry.fault.count;
      ++entry.strikes;
      return entry.fault;
    }
    return std::nullopt;
  });
}

std::optional<Fault> FaultBook::strike_request(const std::string& method, const std::string& path) {
  return strike([&](const Entry& entry) {
    return entry.fault.boot == BootFault::kNone &&
           (entry.fault.method.empty() || entry.fault.method == method) &&
           std::regex_search(path, entry.path);
  });
}

std::optional<Fault> FaultBook::strike_boot(const std::string& droplet_name) {
  return strike([&](const Entry& entry) {
    return entry.fault.boot != BootFault::kNone && std::regex_search(droplet_name, entry.name);
  });
}

}  // namespace ashlar::pocketcloud
