#include "kinds/cluster/spec/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/syntax.hpp"
#include "base/text.hpp"

namespace ashlar::cluster {
namespace {

std::vector<std::string> offered_sizes(const Catalog& catalog, const std::string& region) {
  std::vector<std::string> names;
  for (const auto& size : catalog.sizes)
    if (size.available && std::ranges::find(size.regions, region) != size.regions.end())
      names.push_back(size.slug);
  return names;
}

std::vector<std::string> all_sizes(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& size : catalog.sizes) names.push_back(size.slug);
  return names;
}

std::vector<std::string> open_regions(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& region : catalog.regions)
    if (region.available) names.push_back(region.slug);
  return names;
}

std::string with_suggestion(std::string message, const std::string& word,
                            const std::vector<std::string>& candidates) {
  if (const auto near = did_you_mean(word, candidates))
    message += fmt::format("; did you mean \"{}\"?", *near);
  return message;
}

void size_is_missing(FieldReader& role) {
  role.violation("size", "is required, unless every node has its own");
}

}  // namespace

std::string read_name(FieldReader& top) {
  if (!top.has("name")) {
    top.missing("name");
    return {};
  }
  auto name = top.text("name");
  if (!name) return {};
  if (is_label(*name, 3, 40)) return *std::move(name);
  top.fault("name",
            "must be 3 to 40 lower-case letters, digits and hyphens, begin with a "
            "letter and end with a letter or digit: it becomes host names");
  return {};
}

std::string read_region(FieldReader& top, const Catalog& catalog) {
  if (!top.has("region")) {
    top.missing("region");
    return {};
  }
  auto slug = top.text("region");
  if (!slug) return {};
  const auto open = open_regions(catalog);
  const Region* region = catalog.find_region(*slug);
  if (region != nullptr && region->available) return *std::move(slug);
  if (region == nullptr)
    top.violation("region", with_suggestion(fmt::format("is not a region; available are {}",
                                                        list_for_people(open, 20)),
                                            *slug, open));
  else
    top.violation("region", fmt::format("{} takes no new machines now; available are {}", *slug,
                                        list_for_people(open, 20)));
  return {};
}

std::string read_vpc(FieldReader& top) {
  auto id = top.text("vpcUUID");
  if (!id || id->empty()) return {};
  if (id->size() <= 64 && is_word(*id, "-")) return *std::move(id);
  top.fault("vpcUUID", "must be the id of a VPC: up to 64 letters, digits and hyphens");
  return {};
}

std::vector<std::string> read_client_ranges(FieldReader& top) {
  auto ranges = top.texts("clientRanges");
  if (ranges.size() > 50) {
    top.fault("clientRanges",
              fmt::format("has {} entries; at most 50 are possible", ranges.size()));
    return ranges;
  }
  for (size_t i = 0; i < ranges.size(); ++i) {
    auto fault = cidr_fault(ranges[i]);
    if (fault.empty()) continue;
    const std::string path = fmt::format("clientRanges[{}]", i);
    if (looks_like_cidr(ranges[i]))
      top.violation(path, std::move(fault));
    else
      top.fault(path, std::move(fault));
  }
  return ranges;
}

std::string read_image(FieldReader& top) {
  auto image = top.text("image").value_or(std::string(kDefaultImage));
  constexpr size_t kMostDigits = 18;  // it is sent as a number of 64 bits
  const bool is_snapshot = !image.empty() && image.size() <= kMostDigits &&
                           std::ranges::all_of(image, [](char c) { return c >= '0' && c <= '9'; });
  if (image != kDefaultImage && !is_snapshot)
    top.fault("image",
              fmt::format("must be {} or the number of a snapshot made from it", kDefaultImage));
  return image;
}

std::optional<std::string> read_size(FieldReader& reader, const Catalog& catalog,
                                     const std::string& region) {
  const auto slug = reader.text("size");
  if (!slug) return std::nullopt;
  const Size* size = catalog.find_size(*slug);
  // Without a valid region only the existence of the size can be judged.
  const bool offered =
      size != nullptr &&
      (region.empty() ||
       (size->available && std::ranges::find(size->regions, region) != size->regions.end()));
  if (offered) return slug;
  const auto valid = region.empty() ? all_sizes(catalog) : offered_sizes(catalog, region);
  const std::string where = region.empty() ? "sizes are" : region + " offers";
  std::string message =
      fmt::format("is not {}; {} {}", size ? "offered in " + region : "a known size", where,
                  list_for_people(valid));
  reader.violation("size", size ? message : with_suggestion(std::move(message), *slug, valid));
  return std::nullopt;
}

std::optional<Secret> read_password(FieldReader& reader, std::string_view name) {
  const auto password = reader.text(name);
  if (!password) return std::nullopt;
  const size_t length = count_characters(*password);
  if (length < 12 || length > 128) {
    reader.fault(name, "must have 12 to 128 characters; without it, one is generated");
    return std::nullopt;
  }
  if (control_character_in(*password)) {
    reader.fault(name, "holds a control character; any character that can be printed will do");
    return std::nullopt;
  }
  return Secret(*password);
}

CareFields read_care(FieldReader& top, const Json& stored) {
  CareFields care;
  const bool was_stopped = stored.is_object() && stored.value("power", "on") == "off";
  const auto power = top.choice("power", {"on", "off"});
  care.stopped = power ? *power == "off" : was_stopped;
  const auto heal = top.choice("heal", {"none", "safe", "replace"});
  care.heal = !heal || *heal == "safe" ? Heal::kSafe
              : *heal == "none"        ? Heal::kNone
                                       : Heal::kReplace;
  care.strategy = strategy_from(top.choice("strategy", {"in-place", "replace"}).value_or(""));
  care.password_overlap_seconds = static_cast<int>(
      top.integer("passwordOverlapSeconds", 0, kLongestPasswordOverlap).value_or(60));
  care.certificate_days =
      static_cast<int>(top.integer("certificateDays", 1, 3'650).value_or(1'095));
  return care;
}

namespace {

/// True when the node has a size of its own, even a faulty one.
bool read_common(FieldReader& reader, const RoleRules& rules, NodeSpec& node) {
  if (const auto id = reader.text("id")) {
    if (is_label(*id, 1, 20))
      node.id = *id;
    else
      reader.fault("id",
                   "must be 1 to 20 lower-case letters, digits and hyphens, begin with a letter "
                   "and end with a letter or digit");
  }
  if (auto size = read_size(reader, rules.catalog, rules.region)) node.size = *std::move(size);
  const auto region = reader.text("region");
  if (region && !rules.region.empty() && *region != rules.region)
    reader.violation("region", fmt::format("must be the cluster's region, {}", rules.region));
  node.tags = reader.texts("tags");
  for (size_t i = 0; i < node.tags.size(); ++i)
    if (node.tags[i].empty() || node.tags[i].size() > 255 || !is_word(node.tags[i], "-_:"))
      reader.fault(fmt::format("tags[{}]", i), "must be 1 to 255 letters, digits, '-', '_' or ':'");
  return reader.has("size");
}

void read_nodes(FieldReader& role_fields, const Json& nodes, const RoleRules& rules,
                const ReadNode& read_node, ReadRole& role) {
  bool size_missing = false;
  for (size_t i = 0; i < nodes.size(); ++i) {
    NodeSpec node{fmt::format("{}-{}", rules.role, i + 1), role.size.value_or(""), {}};
    bool own_size = false;
    if (nodes[i].is_object()) {
      FieldReader reader = role_fields.within(nodes[i], fmt::format("nodes[{}]", i));
      own_size = read_common(reader, rules, node);
      read_node(reader, i);
      reader.reject_unknown();
    } else {
      role_fields.fault(fmt::format("nodes[{}]", i),
                        fmt::format("must be an object, not {}", type_for_people(nodes[i])));
    }
    size_missing = size_missing || (!role_fields.has("size") && !own_size);
    role.listed.push_back({std::move(node), i});
  }
  if (size_missing) size_is_missing(role_fields);
}

}  // namespace

ReadRole read_role(FieldReader& roles, const RoleRules& rules, const ReadNode& read_node,
                   const ReadRoleOwn& read_own) {
  ReadRole role;
  const Json* given = roles.object(rules.role);
  if (given == nullptr) return role;
  FieldReader reader = roles.within(*given, rules.role);
  role.count = reader.integer("count", 0, kMostNodes);
  role.size = read_size(reader, rules.catalog, rules.region);
  const Json* nodes = reader.list("nodes");
  const bool count_given = reader.has("count");
  const bool size_given = reader.has("size");
  if (read_own) read_own(reader);
  reader.reject_unknown();

  const size_t listed = nodes ? nodes->size() : 0;
  if (!count_given && nodes == nullptr && rules.present == 0)
    reader.violation("count", "is required, unless nodes are listed");
  else if (role.count && listed > 0 && listed != static_cast<size_t>(*role.count))
    reader.violation("count", fmt::format("is {}, but {} {} listed in nodes", *role.count, listed,
                                          listed == 1 ? "is" : "are"));
  else if (listed > kMostNodes)
    reader.fault("nodes",
                 fmt::format("has {} entries; at most {} are possible", listed, kMostNodes));
  else
    role.given = true;
  if (!role.given) return role;
  if (listed > 0) {
    read_nodes(reader, *nodes, rules, read_node, role);
    return role;
  }
  role.afresh = nodes != nullptr;
  const size_t present = role.afresh ? 0 : rules.present;
  if (!role.count) role.count = static_cast<long long>(present);
  if (!size_given && *role.count > 0 && present == 0) size_is_missing(reader);
  return role;
}

}  // namespace ashlar::cluster
