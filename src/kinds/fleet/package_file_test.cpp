// What a step waits for while something is fetched and copied, and what it does not do twice.

#include "kinds/fleet/package_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/error_of.hpp"
#include "cloud/testing/memory_cloud.hpp"
#include "kinds/fleet/testing/plan_runner.hpp"

namespace ashlar::fleet {
namespace {

using engine::Wait;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Answers as it was told.
class TestMirror final : public mirror::Mirror {
 public:
  mirror::State state = mirror::Fetching{};
  std::optional<Error> failure;

  mirror::State fetch(const mirror::Source&) override {
    if (failure) throw *failure;
    return state;
  }
};

/// Takes some bytes a slice.
class TakingMachines final : public machine::Machines {
 public:
  std::vector<machine::FileCopy> sent;
  long long a_slice = 40'000'000;
  long long there = 0;

  machine::Copied copy(const machine::Target&, const machine::FileCopy& file, Millis) override {
    sent.push_back(file);
    there = std::min(there + a_slice, file.bytes);
    return {there, there == file.bytes};
  }
  machine::BatchResult run(const machine::Target&, const machine::Batch&, Millis) override {
    throw std::logic_error("unexpected batch");
  }
  void disconnect(const std::string&) override { throw std::logic_error("unexpected disconnect"); }
  size_t connections_made() const override { return 0; }
};

class PackageFileTest : public ::testing::Test {
 protected:
  PackageFileTest() { tools_.mirror = &mirror_; }

  template <typename Body>
  std::optional<Wait> attempt(Body&& body) {
    const StepRecord seen = step_;
    engine::StepContext context{operation_, seen, resource_, clock_, secrets_, records_, {}, {},
                                {},         {},   {},        {},     {},       {},       {}};
    context.remember = [this](Json data) { step_.state_data = std::move(data); };
    return body(context);
  }
  std::optional<Wait> fetch() {
    return attempt([this](auto& context) { return fetch_package(tools_, context, source_); });
  }
  std::optional<Wait> copy() {
    return attempt([this](auto& context) {
      return copy_package(tools_, context, machine_, source_, "/opt/it.tgz");
    });
  }

  ManualClock clock_;
  cloud::testing::MemoryCloud cloud_{clock_};
  TakingMachines there_;
  TestMirror mirror_;
  Tools tools_{cloud_, there_, "ssh-ed25519 AAAA test"};
  testing::MemorySecrets secrets_;
  testing::MemoryRecords records_;
  Operation operation_;
  StepRecord step_{.id = "step_1"};
  Resource resource_;
  Machine machine_{.name = "demo-1"};
  const mirror::Source source_{"https://me:word@archive.example/it.tgz", std::string(128, 'a')};
};

TEST_F(PackageFileTest, FetchingTellsHowFarItIsAndCountsWhatCame) {
  EXPECT_TRUE(fetch()->progress);
  EXPECT_FALSE(fetch()->progress) << "nothing came since";
  mirror_.state = mirror::Fetching{12'000'000, 118'000'000};
  const auto wait = fetch();
  EXPECT_TRUE(wait->progress);
  EXPECT_EQ(wait->because,
            "the package to be fetched from archive.example: 12.0 MB of 118.0 MB here");
  mirror_.state = mirror::Kept{"/kept", 118'000'000};
  EXPECT_FALSE(fetch());
}

TEST_F(PackageFileTest, CopyingGoesOnSliceBySlice) {
  mirror_.state = mirror::Kept{"/kept", 100'000'000};
  const auto wait = copy();
  EXPECT_TRUE(wait->progress);
  EXPECT_EQ(wait->because, "the package to be copied to demo-1: 40.0 MB of 100.0 MB there");
  EXPECT_TRUE(copy()->progress);
  EXPECT_FALSE(copy());
  EXPECT_EQ(there_.sent.back().file, "/kept");
  EXPECT_EQ(there_.sent.back().path, "/opt/it.tgz");
  EXPECT_EQ(there_.sent.back().sha512, source_.sha512);
}

TEST_F(PackageFileTest, CopyingThatGetsNoFurtherIsNoProgress) {
  mirror_.state = mirror::Kept{"/kept", 100'000'000};
  copy();
  there_.a_slice = 0;
  EXPECT_FALSE(copy()->progress);
}

TEST_F(PackageFileTest, WhatWasEvictedMeanwhileIsFetchedAgain) {
  mirror_.state = mirror::Kept{"/kept", 100'000'000};
  copy();
  mirror_.state = mirror::Fetching{1'000, 100'000'000};
  EXPECT_THAT(copy()->because, HasSubstr("fetched from archive.example"));
  mirror_.state = mirror::Kept{"/kept", 100'000'000};
  copy();
  EXPECT_FALSE(copy());
}

TEST_F(PackageFileTest, FailuresAndAMissingMirrorAreTold) {
  mirror_.failure = Error(ErrorCode::kUntrusted, "another digest");
  EXPECT_EQ(error_of([&] { fetch(); }).code(), ErrorCode::kUntrusted);
  tools_.mirror = nullptr;
  const Error error = error_of([&] { copy(); });
  EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(error.what(), HasSubstr("archive.example"));
  EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("word")));
}

}  // namespace
}  // namespace ashlar::fleet
