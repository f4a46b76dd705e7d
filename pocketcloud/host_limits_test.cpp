// Limits of the host, by readings that the tests bring along.

#include "pocketcloud/host_limits.hpp"

#include <gmock/gmock.h>

#include <map>

#include "pocketcloud/host_room.hpp"

namespace ashlar::pocketcloud {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr HostLimit kInstances{"fs.inotify.max_user_instances",
                               "/proc/sys/fs/inotify/max_user_instances",
                               Use::kInotifyInstances,
                               4,
                               32,
                               true,
                               "its systemd ends at once"};
constexpr HostLimit kPorts{"ports of a bridge", "", Use::kUnknown, 1, 1, false, "no network"};

const HostLimit& known(std::string_view name) {
  const auto found = std::ranges::find(host_limits(), name, &HostLimit::name);
  if (found == host_limits().end()) throw std::runtime_error("no such limit");
  return *found;
}

TEST(HostLimits, NameWhatMachinesAreKnownToUseUp) {
  for (const char* name :
       {"fs.inotify.max_user_instances", "fs.inotify.max_user_watches", "kernel.keys.maxkeys",
        "kernel.keys.maxbytes", "kernel.keys.root_maxkeys", "kernel.keys.root_maxbytes",
        "kernel.pid_max", "kernel.threads-max", "kernel.pty.max", "fs.file-max", "fs.nr_open",
        "net.ipv4.neigh.default.gc_thresh3", "net.netfilter.nf_conntrack_max"}) {
    EXPECT_EQ(known(name).source.substr(0, 10), "/proc/sys/") << name;
    EXPECT_EQ(sysctl_name(known(name)), name);
    EXPECT_TRUE(known(name).raisable) << name;
  }
  for (const auto& limit : host_limits()) {
    EXPECT_FALSE(limit.without.empty()) << limit.name;
    EXPECT_GE(limit.per_machine + limit.spare, 1) << limit.name;
  }
}

TEST(HostLimits, DebiansOwnInotifyLimitHasRoomForAFewMachinesOnly) {
  const auto verdict = judge(kInstances, {.value = 128, .used = 8, .may_be_raised = true}, 100);
  EXPECT_EQ(verdict.room, 22);
  EXPECT_FALSE(verdict.enough());
  EXPECT_TRUE(verdict.can_be_mended());
  EXPECT_EQ(verdict.needed, 8 + 32 + 400);
  EXPECT_EQ(verdict.raised(), 512);
  EXPECT_EQ(describe(verdict),
            "fs.inotify.max_user_instances is 128, 8 in use: room for 22 more machines (4 each)");
}

TEST(HostLimits, WhatIsInUseByOthersCounts) {
  const Reading reading{.value = 512, .used = 470, .may_be_raised = true};
  EXPECT_EQ(judge(kInstances, reading, 1).room, 2);
  EXPECT_TRUE(judge(kInstances, reading, 2).enough());
  EXPECT_FALSE(judge(kInstances, reading, 3).enough());
  EXPECT_EQ(judge(kInstances, {.value = 100, .used = 500}, 1).room, 0) << "never below nothing";
}

TEST(HostLimits, OneThatTheKernelDoesNotHaveIsEnough) {
  const auto verdict = judge(kInstances, {}, 1'000'000);
  EXPECT_TRUE(verdict.enough());
  EXPECT_EQ(describe(verdict), "fs.inotify.max_user_instances: none here");
}

/// A host whose limits are a map, and which remembers every attempt to change one.
struct FakeHost {
  std::map<std::string, long, std::less<>> values;
  std::map<std::string, long, std::less<>> used;
  std::string refusal;
  std::vector<std::pair<std::string, long>> written;

  Host host() {
    return {[this](const HostLimit& limit) -> Reading {
              const auto found = values.find(limit.name);
              if (found == values.end()) return {};
              const auto in_use = used.find(limit.name);
              return {.value = found->second,
                      .used = in_use == used.end() ? 0 : in_use->second,
                      .may_be_raised = limit.raisable && refusal.empty()};
            },
            [this](const HostLimit& limit, long value) {
              written.emplace_back(limit.name, value);
              if (refusal.empty()) values.insert_or_assign(std::string(limit.name), value);
              return refusal;
            }};
  }
};

TEST(HostRoom, RaisesWhatIsTooLowAndTouchesNothingElse) {
  FakeHost fake{.values = {{"fs.inotify.max_user_instances", 128},
                           {"fs.inotify.max_user_watches", 1'000'000},
                           {"kernel.pid_max", 4'194'304}}};
  const auto changes = make_room(fake.host(), 200);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].limit, "fs.inotify.max_user_instances");
  EXPECT_EQ(changes[0].from, 128);
  EXPECT_EQ(changes[0].to, 2048);
  EXPECT_EQ(fake.written.size(), 1u);
  EXPECT_THAT(make_room(fake.host(), 200), IsEmpty()) << "a second time changes nothing";
  EXPECT_EQ(fake.written.size(), 1u);
}

TEST(HostRoom, NeverLowersALimit) {
  for (const long value : {1L, 100L, 1'000L, 1'000'000L, 2'000'000'000L}) {
    FakeHost fake;
    for (const auto& limit : host_limits()) fake.values[std::string(limit.name)] = value;
    make_room(fake.host(), 150);
    for (const auto& [name, written] : fake.written) EXPECT_GT(written, value) << name;
  }
}

TEST(HostRoom, SaysWhatItMayNotRaise) {
  FakeHost fake{.values = {{"fs.inotify.max_user_instances", 128}},
                .refusal = "Read-only file system"};
  const auto changes = make_room(fake.host(), 100);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].refusal, "Read-only file system");

  const auto examined = examine_room(judge_all(fake.host(), 100), {}, 100);
  EXPECT_FALSE(examined.sufficient);
  EXPECT_THAT(examined.text, AllOf(HasSubstr("TOO LOW  fs.inotify.max_user_instances is 128"),
                                   HasSubstr("its systemd ends at once"),
                                   HasSubstr("sysctl -w fs.inotify.max_user_instances=1024"),
                                   HasSubstr("Room for 19 more machines in all")));
}

TEST(HostRoom, DoesNotTryWhatNobodyCanRaise) {
  FakeHost fake{.values = {{"ports of a bridge", 50}}};
  EXPECT_THAT(make_room(fake.host(), 100), IsEmpty());
  EXPECT_THAT(fake.written, IsEmpty());
  const auto examined = examine_room(judge_all(fake.host(), 100), {}, 100);
  EXPECT_FALSE(examined.sufficient);
  EXPECT_THAT(examined.text, HasSubstr("it cannot be raised"));
}

TEST(HostRoom, DoctorTellsWhatWillBeRaisedAndWhatWas) {
  FakeHost fake{.values = {{"fs.inotify.max_user_instances", 128}, {"ports of a bridge", 1024}}};
  const auto examined =
      examine_room(judge_all(fake.host(), 100), {"kernel.pid_max from 1 to 2 by ..."}, 100);
  EXPECT_TRUE(examined.sufficient);
  EXPECT_THAT(
      examined.text,
      AllOf(HasSubstr("low      fs.inotify.max_user_instances is 128"),
            HasSubstr("'serve' raises it to 1024"), HasSubstr("ok       ports of a bridge"),
            HasSubstr("raised   kernel.pid_max from 1 to 2"),
            HasSubstr("Room for 1023 more machines in all; what ends it: ports of a bridge"),
            Not(HasSubstr("TOO LOW"))));
}

TEST(HostRoom, ReadsThisHost) {
  size_t seen = 0;
  for (const auto& verdict : judge_all(real_host(), 1)) {
    ++seen;
    EXPECT_GT(*verdict.reading.value, 0) << verdict.limit.name;
    EXPECT_GE(verdict.reading.used, 0) << verdict.limit.name;
  }
  EXPECT_GE(seen, 10u);
  const auto files = real_host().read(known("fs.file-max"));
  EXPECT_GT(files.used, 10);
  EXPECT_GT(real_host().read(known("kernel.pid_max")).used, 1);
}

}  // namespace
}  // namespace ashlar::pocketcloud
