#include "kinds/kafka/steps/steps.hpp"

#include "kinds/kafka/steps/work.hpp"

namespace ashlar::kafka {

std::vector<engine::StepType> step_types(std::shared_ptr<const fleet::Tools> tools) {
  using Body = StepOutcome (*)(Work&);
  const auto step = [&](const char* name, Body run, Body undo = nullptr) {
    return engine::StepType{
        .name = name, .run = cluster::guarded(tools, run), .undo = cluster::guarded(tools, undo)};
  };
  auto passwords = step("kafka.passwords", change_passwords);
  passwords.irreversible = true;  // the former ones are not kept
  auto features = step("kafka.features", raise_features);
  features.irreversible = true;  // Kafka's metadata cannot be lowered again
  auto authority = step("kafka.authority.use", use_authority);
  authority.irreversible = true;  // the former one issues no more
  auto departure = step("kafka.leave", leave);
  departure.irreversible = true;  // its registration and its vote are gone
  auto vacating = step("kafka.vacate", vacate);
  vacating.irreversible = true;  // what the machine holds goes with it, and its successor is needed
  return {step("kafka.credentials", make_credentials),
          step("kafka.package", fetch),
          step("kafka.install", install),
          step("kafka.configure", configure, undo_configure),
          step("kafka.restore", restore),
          step("kafka.reassign", reassign, undo_reassign),
          std::move(departure),
          step("kafka.quorum", settle_quorum),
          step("kafka.brokers", await_brokers),
          step("kafka.users", set_users),
          step("kafka.certificate", renew_certificate),
          std::move(passwords),
          step("kafka.authority.begin", begin_authority, undo_begin_authority),
          std::move(authority),
          step("kafka.authority.drop", drop_authority),
          step("kafka.topics", set_topics),
          step("kafka.withdraw", withdraw, undo_withdraw),
          std::move(vacating),
          step("kafka.resume", resume),
          step("kafka.stop", stop, undo_withdraw),
          step("kafka.start", start),
          std::move(features),
          step("kafka.prove", prove)};
}

}  // namespace ashlar::kafka
