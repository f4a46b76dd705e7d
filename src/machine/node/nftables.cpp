// nftables: one table of Ashlar's own, replaced as a whole, loaded again at boot.

#include <unistd.h>

#include "machine/node/fields.hpp"
#include "machine/node/process.hpp"
#include "machine/node/system_files.hpp"

namespace ashlar::node {
namespace {

constexpr const char* kSources = "/etc/ashlar/nftables/";
constexpr const char* kListings = "/var/lib/ashlar/nftables/";
constexpr const char* kBootUnit = "/etc/systemd/system/ashlar-nftables.service";
constexpr const char* kBootLink =
    "/etc/systemd/system/sysinit.target.wants/ashlar-nftables.service";
constexpr const char* kBootUnitText =
    "# Managed by Ashlar: loads its tables before the network comes up.\n"
    "[Unit]\nDescription=Firewall tables of Ashlar\nDefaultDependencies=no\n"
    "Before=network-pre.target shutdown.target\nWants=network-pre.target\n"
    "Conflicts=shutdown.target\nAfter=local-fs.target\n\n"
    "[Service]\nType=oneshot\nRemainAfterExit=yes\n"
    "ExecStart=/usr/sbin/nft 'include \"/etc/ashlar/nftables/*.nft\"'\n\n"
    "[Install]\nWantedBy=sysinit.target\n";

struct WantedTable {
  std::string family;
  std::string name;
  std::string body;

  std::string label() const { return family + "-" + name; }
  std::string source_path() const { return kSources + label() + ".nft"; }
  std::string listing_path() const { return kListings + label(); }
  /// One transaction: declaring the table first makes its deletion valid when it does not exist.
  std::string source() const {
    const std::string head = "table " + family + " " + name;
    return head + "\ndelete " + head + "\n" + head + " {\n" + body + "\n}\n";
  }
};

ProcessResult nft(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), "nft");
  return run_process({.argv = arguments, .input = input, .most_output = 8 << 20});
}

/// The live table without what changes by itself (counters, quotas); empty when there is none.
std::string list_live(const WantedTable& table) {
  const ProcessResult listed = nft({"--stateless", "list", "table", table.family, table.name});
  return listed.succeeded() ? listed.out : std::string();
}

void load_at_boot(bool check_only) {
  if (check_only) return;
  keep_file(kBootUnit, kBootUnitText, 0644, false);
  make_directories(parent_of(kBootLink));
  if (::symlink(kBootUnit, kBootLink) != 0 && errno != EEXIST)
    throw system_failure("enable ashlar-nftables.service");
}

/// In place means: the same source as the last time, and the kernel still has what came of it then.
/// Comparing the kernel's listing with itself spares guessing how nft prints what people write.
Outcome ensure_table(const WantedTable& table, bool check_only) {
  const std::string live = list_live(table);
  const bool same_source = read_whole(table.source_path()) == table.source();
  const bool same_live = !live.empty() && read_whole(table.listing_path()) == live;
  if (same_source && same_live) return {.message = "in place"};
  if (const ProcessResult checked = nft({"--check", "--file", "-"}, table.source());
      !checked.succeeded())
    throw Failure("nft refuses the ruleset of table " + table.name + ": " + checked.complaint());
  const std::string what = live.empty()  ? "new table"
                           : same_source ? "was changed by others"
                                         : "rules";
  if (check_only) return {.changed = true, .message = what};
  if (const ProcessResult loaded = nft({"--file", "-"}, table.source()); !loaded.succeeded())
    throw Failure("nft cannot load table " + table.name + ": " + loaded.complaint());
  keep_file(table.source_path(), table.source(), 0600, false);
  keep_file(table.listing_path(), list_live(table), 0600, false);
  load_at_boot(check_only);
  return {.changed = true, .message = what};
}

/// A body that closes its table could change others'; nft would take it.
bool stays_within_its_table(const std::string& body) {
  int depth = 0;
  for (const char c : body) {
    if (c == '{') ++depth;
    if (c == '}' && --depth < 0) return false;
  }
  return depth == 0 && body.find("include") == std::string::npos;
}

}  // namespace

Work prepare_nftables(Fields& fields) {
  WantedTable table{.family = fields.word_or("family", "inet"),
                    .name = fields.word("table"),
                    .body = fields.text("ruleset")};
  if (!table.name.empty() && !is_plain_name(table.name, "_-", 64))
    fields.fault("table", "must be 1 to 64 letters, digits, `_` or `-`");
  if (table.family != "inet" && table.family != "ip" && table.family != "ip6")
    fields.fault("family", "must be inet, ip or ip6");
  if (!stays_within_its_table(table.body))
    fields.fault("ruleset",
                 "must be the inside of one table: balanced braces, no `table`, no `include`");
  return [table](const Context& context) { return ensure_table(table, context.check_only); };
}

}  // namespace ashlar::node
