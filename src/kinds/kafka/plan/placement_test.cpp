#include "kinds/kafka/plan/placement.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>

#include "base/error.hpp"

namespace ashlar::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::vector<Home> homes(int count, const std::vector<std::string>& racks = {""}) {
  std::vector<Home> homes;
  for (int i = 0; i < count; ++i)
    homes.push_back({i + 1, racks[static_cast<size_t>(i) % racks.size()]});
  return homes;
}

/// As Kafka places them itself: each partition begins at the next broker.
std::vector<Partition> spread(int partitions, int replicas, int brokers) {
  std::vector<Partition> all;
  for (int i = 0; i < partitions; ++i) {
    Partition partition{"orders", i, {}, 100, {}, {}, {}, 0};
    for (int r = 0; r < replicas; ++r) partition.replicas.push_back((i + r) % brokers + 1);
    all.push_back(partition);
  }
  return all;
}

std::vector<Partition> carried_out(std::vector<Partition> partitions,
                                   const std::vector<Move>& moves) {
  for (const auto& move : moves)
    for (auto& partition : partitions)
      if (partition.topic == move.topic && partition.number == move.partition)
        partition.replicas = move.after;
  return partitions;
}

std::map<int, int> load(const std::vector<Partition>& partitions) {
  std::map<int, int> load;
  for (const auto& partition : partitions)
    for (const int broker : partition.replicas) ++load[broker];
  return load;
}

std::map<int, int> leads(const std::vector<Partition>& partitions) {
  std::map<int, int> leads;
  for (const auto& partition : partitions) ++leads[partition.replicas.front()];
  return leads;
}

int difference(const std::map<int, int>& counts, int brokers) {
  int least = counts.size() < static_cast<size_t>(brokers) ? 0 : counts.begin()->second;
  int most = 0;
  for (const auto& [broker, count] : counts) {
    least = std::min(least, count);
    most = std::max(most, count);
  }
  return most - least;
}

TEST(KafkaPlacement, WhatIsWhereItMayBeStays) {
  EXPECT_THAT(moves_to({homes(3), {}, false}, spread(6, 3, 3)), IsEmpty());
  EXPECT_THAT(moves_to({homes(5), {}, false}, spread(6, 3, 3)), IsEmpty());
  EXPECT_THAT(moves_to({homes(3), {}, true}, spread(6, 3, 3)), IsEmpty());
  EXPECT_THAT(moves_to({homes(3), {}, true}, {}), IsEmpty());
}

TEST(KafkaPlacement, BrokersThatLeaveAreEmptiedAndNothingElseMoves) {
  const auto before = spread(10, 2, 5);
  const auto moves = moves_to({homes(3), {}, false}, before);
  for (const auto& move : moves) {
    const bool was_on_a_leaver = std::ranges::any_of(move.before, [](int b) { return b > 3; });
    EXPECT_TRUE(was_on_a_leaver);
    EXPECT_THAT(move.after, SizeIs(2));
    for (const int broker : move.before) {
      if (broker > 3) continue;
      EXPECT_THAT(move.after, ::testing::Contains(broker));
    }
  }
  const auto after = carried_out(before, moves);
  EXPECT_EQ(load(after).rbegin()->first, 3);
  EXPECT_LE(difference(load(after), 3), 2);
  EXPECT_THAT(moves_to({homes(3), {}, false}, after), IsEmpty());
}

TEST(KafkaPlacement, NewBrokersTakeTheirShareOfReplicasAndOfLeading) {
  const auto before = spread(30, 3, 3);
  const auto moves = moves_to({homes(5), {}, true}, before);
  const auto after = carried_out(before, moves);
  EXPECT_LE(difference(load(after), 5), 1);
  EXPECT_LE(difference(leads(after), 5), 1);
  // No more than what must: two of five parts.
  int copies = 0;
  for (const auto& move : moves) copies += static_cast<int>(move.added().size());
  EXPECT_EQ(copies, 36);
  EXPECT_THAT(moves_to({homes(5), {}, true}, after), IsEmpty());
}

/// Replicas of one topic by broker.
std::map<int, int> load_of(const std::vector<Partition>& partitions, const std::string& topic) {
  std::map<int, int> counts;
  for (const auto& partition : partitions)
    if (partition.topic == topic)
      for (const int broker : partition.replicas) ++counts[broker];
  return counts;
}

TEST(KafkaPlacement, EveryTopicIsSpreadByItself) {
  // What is small and many, before what is large and few: counting all alike would move the small
  // alone.
  auto before = spread(50, 3, 3);
  for (auto& partition : before) partition.topic = "a-small-one";
  for (auto& partition : spread(6, 3, 3)) {
    partition.topic = "the-large-one";
    partition.bytes = 1'000'000'000;
    before.push_back(partition);
  }
  const auto after = carried_out(before, moves_to({homes(5), {}, true}, before));
  EXPECT_LE(difference(load(after), 5), 1);
  EXPECT_LE(difference(load_of(after, "a-small-one"), 5), 1);
  EXPECT_LE(difference(load_of(after, "the-large-one"), 5), 1);
  EXPECT_LE(difference(leads(after), 5), 1);
  EXPECT_THAT(moves_to({homes(5), {}, true}, after), IsEmpty());
}

TEST(KafkaPlacement, ReplicasOfAPartitionAreInDifferentRacks) {
  const std::vector<std::string> racks{"a", "b", "c"};
  auto before = spread(12, 3, 6);
  const auto moves = moves_to({homes(6, racks), {}, true}, before);
  const auto after = carried_out(before, moves);
  // Brokers 1 and 4 are in rack a; broker 4 leaves, and what it had goes to rack a.
  std::vector<Home> without = homes(6, racks);
  without.erase(without.begin() + 3);
  const auto later = carried_out(after, moves_to({without, {}, false}, after));
  for (const auto& partition : later) {
    std::set<int> used;
    for (const int broker : partition.replicas) used.insert((broker - 1) % 3);
    EXPECT_THAT(used, SizeIs(3)) << partition.name();
  }
}

TEST(KafkaPlacement, AReplicationFactorGrowsAndShrinksAndTheLeaderStays) {
  const auto before = spread(4, 2, 4);
  const auto grown = moves_to({homes(4), {{"orders", 3}}, false}, before);
  ASSERT_THAT(grown, SizeIs(4));
  for (const auto& move : grown) {
    EXPECT_THAT(move.after, SizeIs(3));
    EXPECT_EQ(move.bytes_to_copy(), 100);
  }
  const auto shrunk = moves_to({homes(4), {{"orders", 1}}, false}, carried_out(before, grown));
  for (const auto& move : shrunk) {
    EXPECT_THAT(move.after, ElementsAre(move.before.front()));
    EXPECT_EQ(move.bytes_to_copy(), 0);
  }
  EXPECT_THAT(moves_to({homes(4), {{"bills", 3}}, false}, before), IsEmpty());
}

TEST(KafkaPlacement, ShrinkingGivesUpTheReplicaThatSharesARackFirst) {
  // Brokers 1 and 3 are in rack a, 2 and 4 in rack b.
  const std::vector<Partition> before{{"orders", 0, {1, 3, 2}, 100, {}, {}, {}, 0}};
  const auto moves = moves_to({homes(4, {"a", "b"}), {{"orders", 2}}, false}, before);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_THAT(moves[0].after, UnorderedElementsAre(1, 2));
}

TEST(KafkaPlacement, MoreReplicasThanBrokersAreRefusedByName) {
  try {
    moves_to({homes(2), {}, false}, spread(1, 3, 3));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.message(),
                HasSubstr("orders-0 shall have 3 replicas, and 2 brokers can hold one"));
  }
}

TEST(KafkaPlacement, ABrokerThatIsAwayKeepsWhatItHasAndGetsNothing) {
  auto all = homes(5);
  all[0].takes = false;
  all[4].takes = false;
  const auto before = spread(30, 3, 3);
  const auto after = carried_out(before, moves_to({all, {}, true}, before));
  EXPECT_GE(load(after).at(1), 22);
  EXPECT_LE(difference(load(after), 4), 1);
  EXPECT_FALSE(load(after).contains(5));
}

TEST(KafkaPlacement, WhateverIsAskedForEndsWithNothingLeftToMove) {
  std::mt19937 random(7);
  const auto number = [&](int least, int most) {
    return std::uniform_int_distribution(least, most)(random);
  };
  for (int round = 0; round < 300; ++round) {
    const int brokers = number(3, 9);
    auto partitions = spread(number(1, 40), number(1, 3), brokers);
    for (auto& partition : partitions) {
      std::ranges::shuffle(partition.replicas, random);
      partition.topic = fmt::format("topic-{}", number(1, 4));
    }
    const std::vector<std::string> racks =
        number(0, 1) == 0 ? std::vector<std::string>{""} : std::vector<std::string>{"a", "b", "c"};
    const Goal goal{homes(number(3, 9), racks), {}, number(0, 1) == 1};
    const auto after = carried_out(partitions, moves_to(goal, partitions));
    EXPECT_THAT(moves_to(goal, after), IsEmpty()) << "round " << round;
    for (const auto& partition : after) {
      const std::set<int> different(partition.replicas.begin(), partition.replicas.end());
      EXPECT_EQ(different.size(), partition.replicas.size());
      EXPECT_LE(*different.rbegin(), static_cast<int>(goal.homes.size()));
    }
  }
}

}  // namespace
}  // namespace ashlar::kafka
