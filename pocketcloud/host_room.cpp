#include "pocketcloud/host_room.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/log.hpp"

namespace ashlar::pocketcloud {
namespace {

/// Emptied when the host starts, as the limits are set back then.
const std::filesystem::path kNotes = "/run/pocketcloud/raised";
constexpr Millis kLookAgain{5'000};
/// Machines that may begin to boot until the next look.
constexpr long kBootsBetweenLooks = 64;

void leave_note(const Change& change, const std::string& instance) {
  std::error_code ignored;
  std::filesystem::create_directories(kNotes.parent_path(), ignored);
  std::ofstream(kNotes, std::ios::app)
      << fmt::format("{} from {} to {} by pocketcloud '{}' at {}\n", change.limit, change.from,
                     change.to, instance, to_rfc3339(SystemClock().now()));
}

}  // namespace

std::vector<Verdict> judge_all(const Host& host, long machines) {
  std::vector<Verdict> verdicts;
  for (const auto& limit : host_limits()) {
    const Reading reading = host.read(limit);
    if (reading.value) verdicts.push_back(judge(limit, reading, machines));
  }
  return verdicts;
}

std::vector<Change> make_room(const Host& host, long machines) {
  std::vector<Change> changes;
  for (const auto& verdict : judge_all(host, machines)) {
    if (verdict.enough() || !verdict.limit.raisable) continue;
    Change change{.limit = std::string(verdict.limit.name),
                  .from = *verdict.reading.value,
                  .to = verdict.raised(),
                  .of_this_host = verdict.limit.use != Use::kOwnOpenFiles};
    change.refusal = host.raise(verdict.limit, change.to);
    changes.push_back(std::move(change));
  }
  return changes;
}

namespace {

std::string line_of(const Verdict& verdict) {
  const auto& limit = verdict.limit;
  if (verdict.enough()) return "ok       " + describe(verdict);
  if (verdict.can_be_mended())
    return fmt::format("low      {}; 'serve' raises it to {}", describe(verdict), verdict.raised());
  std::string line = fmt::format("TOO LOW  {}; beyond it {}", describe(verdict), limit.without);
  if (!limit.raisable) return line + "; it cannot be raised";
  const auto key = sysctl_name(limit);
  return line + (key.empty() ? "; it may not be raised here"
                             : fmt::format("; it may not be raised here: on the host, run "
                                           "'sysctl -w {}={}'",
                                           key, verdict.raised()));
}

}  // namespace

Examination examine_room(const std::vector<Verdict>& verdicts,
                         const std::vector<std::string>& raised, long machines) {
  Examination examination;
  std::string& text = examination.text;
  text = fmt::format("\nLimits of this host, for {} more machine{}:\n", machines,
                     machines == 1 ? "" : "s");
  const Verdict* tightest = nullptr;
  for (const auto& verdict : verdicts) {
    text += line_of(verdict) + "\n";
    if (!verdict.can_be_mended()) examination.sufficient = false;
    const bool stays = !verdict.limit.raisable || !verdict.reading.may_be_raised;
    if (stays && verdict.limit.per_machine > 0 && (!tightest || verdict.room < tightest->room))
      tightest = &verdict;
  }
  for (const auto& line : raised) text += "raised   " + line + "\n";
  if (tightest != nullptr) {
    text += fmt::format("\nRoom for {} more machine{} in all; what ends it: {}", tightest->room,
                        tightest->room == 1 ? "" : "s", tightest->limit.name);
  }
  return examination;
}

std::vector<std::string> limits_without_room() {
  std::vector<std::string> tight;
  for (const auto& verdict : judge_all(real_host(), 1))
    if (!verdict.enough()) tight.push_back(describe(verdict));
  return tight;
}

std::vector<std::string> raised_so_far() {
  std::vector<std::string> lines;
  std::ifstream notes(kNotes);
  for (std::string line; std::getline(notes, line);) lines.push_back(line);
  return lines;
}

void HostRoom::make(long machines) {
  for (const auto& change : make_room(host_, machines)) {
    if (change.refusal.empty()) {
      log::info("raised {} from {} to {} for {} more machines", change.limit, change.from,
                change.to, machines);
      if (change.of_this_host) leave_note(change, instance_);
    } else if (told_.with([&](auto& told) { return told.insert(change.limit).second; })) {
      log::warning("{} is {}, too low for {} more machines, and cannot be raised here: {}",
                   change.limit, change.from, machines, change.refusal);
    }
  }
}

void HostRoom::make_before_boot() {
  const Time now = SystemClock().now();
  const bool due = looked_.with([&](std::optional<Time>& looked) {
    if (looked && now - *looked < kLookAgain) return false;
    looked = now;
    return true;
  });
  if (due) make(kBootsBetweenLooks);
}

}  // namespace ashlar::pocketcloud
