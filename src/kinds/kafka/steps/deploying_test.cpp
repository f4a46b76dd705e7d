// How Kafka gets onto a machine: from its image, or from an archive that was fetched and copied.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kinds/fleet/testing/doubles.hpp"
#include "kinds/kafka/steps/steps.hpp"
#include "kinds/kafka/testing/specs.hpp"

namespace ashlar::kafka {
namespace {

using fleet::testing::failed;
using fleet::testing::succeeded;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Takes files as it takes operations.
class CopyingMachines final : public fleet::testing::ScriptedMachines {
 public:
  std::vector<machine::FileCopy> copied;
  bool takes_all = true;

  machine::Copied copy(const machine::Target&, const machine::FileCopy& file, Millis) override {
    copied.push_back(file);
    return {takes_all ? file.bytes : 1, takes_all};
  }
};

class FixedMirror final : public mirror::Mirror {
 public:
  mirror::State state = mirror::Fetching{};
  std::vector<std::string> asked;

  mirror::State fetch(const mirror::Source& source) override {
    asked.push_back(source.sha512);
    return state;
  }
};

class Install : public ::testing::Test {
 protected:
  Install() {
    tools_->mirror = &mirror_;
    declare(true);
    const Machine machine{
        .node = "broker-1", .name = "prod-kafka-broker-1", .private_address = "10.10.0.2"};
    fleet::testing::add_machine(records_, cloud_, machine);
    for (const char* op : {"package", "user", "directory", "file", "remove_path"})
      machines_.answers["*"][op] = [](const Json&) { return succeeded(); };
    machines_.answers["*"]["command"] = [this](const Json& operation) {
      const bool is_look = operation.at("argv").at(0) == "/usr/bin/test";
      return is_look && !image_has_it_ ? failed("exit code 1") : succeeded();
    };
  }

  void declare(bool package) {
    Json input = valid_spec();
    if (package)
      input["package"] = {{"url", "https://archive.example/kafka.tgz"},
                          {"sha512", std::string(128, 'a')}};
    resource_.spec = to_json(accepted(input));
  }

  engine::StepOutcome attempt(const std::string& type) {
    step_.planned.node = type == "kafka.install" ? "broker-1" : "";
    const StepRecord seen = step_;
    engine::StepContext context{operation_, seen, resource_, clock_, secrets_, records_, {}, {},
                                {},         {},   {},        {},     {},       {},       {}};
    context.remember = [this](Json data) { step_.state_data = std::move(data); };
    context.write_output = [this](const std::string&, const std::string&, long long end) {
      position_ = end;
    };
    context.output_position = [this](const std::string&) { return position_; };
    for (const auto& each : step_types(tools_))
      if (each.name == type) return each.run(context);
    throw std::logic_error("no step type " + type);
  }
  engine::Wait expect_wait(const std::string& type = "kafka.install") {
    const auto outcome = attempt(type);
    if (const auto* wait = std::get_if<engine::Wait>(&outcome)) return *wait;
    throw std::logic_error("it did not wait");
  }
  void expect_done(const std::string& type = "kafka.install") {
    for (int i = 0; i < 10; ++i)
      if (std::holds_alternative<engine::Done>(attempt(type))) return;
    ADD_FAILURE() << "it is not done after ten attempts";
  }

  ManualClock clock_;
  CopyingMachines machines_;
  FixedMirror mirror_;
  fleet::testing::ListingCloud cloud_;
  fleet::testing::MemorySecrets secrets_;
  fleet::testing::MemoryRecords records_;
  std::shared_ptr<fleet::Tools> tools_ =
      std::make_shared<fleet::Tools>(fleet::Tools{cloud_, machines_, "ssh-ed25519 AAAA test"});
  Operation operation_;
  Resource resource_;
  StepRecord step_{.id = "step_1"};
  std::optional<long long> position_;
  bool image_has_it_ = false;
};

TEST_F(Install, WaitsForTheArchiveThenCopiesItThenUnpacksIt) {
  EXPECT_THAT(expect_wait().because, HasSubstr("fetched from archive.example"));
  EXPECT_THAT(expect_wait("kafka.package").because, HasSubstr("fetched from archive.example"));
  mirror_.state = mirror::Kept{"/kept/aaa", 118'000'000};
  expect_done("kafka.package");
  machines_.takes_all = false;
  EXPECT_THAT(expect_wait().because, HasSubstr("copied to prod-kafka-broker-1"));
  EXPECT_THAT(machines_.seen("prod-kafka-broker-1", "package"), SizeIs(0)) << "nothing begins yet";
  machines_.takes_all = true;
  expect_done();
  ASSERT_THAT(machines_.copied, SizeIs(2));
  EXPECT_EQ(machines_.copied.back().file, "/kept/aaa");
  EXPECT_EQ(machines_.copied.back().path, "/opt/kafka-4.1.0.tgz");
  EXPECT_EQ(machines_.copied.back().sha512, std::string(128, 'a'));
}

TEST_F(Install, CopiesNothingToAMachineWhoseImageBringsIt) {
  image_has_it_ = true;
  expect_done();
  EXPECT_THAT(machines_.copied, SizeIs(0));
  EXPECT_THAT(mirror_.asked, SizeIs(0));
}

TEST_F(Install, CopiesNothingMoreOnceTheWorkOnTheMachineHasBegun) {
  mirror_.state = mirror::Kept{"/kept/aaa", 118'000'000};
  machines_.jobs_take_long = true;
  expect_wait();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(expect_wait().because, HasSubstr("being installed"));
  EXPECT_THAT(machines_.copied, SizeIs(1));
  machines_.let_jobs_end();
  expect_done();
  EXPECT_THAT(machines_.copied, SizeIs(1));
}

TEST_F(Install, FetchesNothingWhereNothingIsDeclared) {
  declare(false);
  expect_done("kafka.package");
  expect_done();
  EXPECT_THAT(mirror_.asked, SizeIs(0));
  EXPECT_THAT(machines_.copied, SizeIs(0));
}

}  // namespace
}  // namespace ashlar::kafka
