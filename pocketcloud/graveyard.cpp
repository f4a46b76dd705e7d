#include "pocketcloud/graveyard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"

namespace ashlar::pocketcloud {
namespace {

namespace fs = std::filesystem;

/// A file that another thread removed meanwhile, or that is damaged, is none.
std::optional<Grave> read_facts(const fs::path& path) {
  try {
    const auto json = parse_json(read_file(path));
    if (!json) return std::nullopt;
    return Grave{.droplet = json->at("droplet"),
                 .name = json->at("name"),
                 .reason = json->at("reason"),
                 .deleted_at = json->at("deleted_at")};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

fs::path Graveyard::facts_of(long droplet) const {
  return directory_ / fmt::format("{}.json", droplet);
}

fs::path Graveyard::console_of(long droplet) const {
  return directory_ / fmt::format("{}.console", droplet);
}

void Graveyard::bury(const Grave& grave, Time now) const {
  fs::create_directories(directory_);
  const Json facts = {{"droplet", grave.droplet},
                      {"name", grave.name},
                      {"reason", grave.reason},
                      {"deleted_at", grave.deleted_at}};
  write_file_atomically(console_of(grave.droplet), grave.console, 0600);
  write_file_atomically(facts_of(grave.droplet), dump(facts), 0600);
  forget_old(now);
}

std::optional<Grave> Graveyard::find(long droplet) const {
  auto grave = read_facts(facts_of(droplet));
  std::error_code ignored;
  if (grave && fs::exists(console_of(droplet), ignored))
    grave->console = read_file(console_of(droplet));
  return grave;
}

std::vector<Grave> Graveyard::list() const {
  std::vector<Grave> graves;
  std::error_code none_yet;
  for (const auto& entry : fs::directory_iterator(directory_, none_yet)) {
    if (entry.path().extension() != ".json") continue;
    if (auto grave = read_facts(entry.path())) graves.push_back(*std::move(grave));
  }
  std::ranges::sort(graves, std::ranges::greater{},
                    [](const Grave& grave) { return std::pair(grave.deleted_at, grave.droplet); });
  return graves;
}

void Graveyard::forget_old(Time now) const {
  const auto graves = list();
  const std::string oldest = to_rfc3339(now - kLongest);
  for (size_t i = 0; i < graves.size(); ++i) {
    if (i < kMost && graves[i].deleted_at >= oldest) continue;
    std::error_code ignored;
    for (const auto& path : {facts_of(graves[i].droplet), console_of(graves[i].droplet)})
      fs::remove(path, ignored);
  }
}

}  // namespace ashlar::pocketcloud
