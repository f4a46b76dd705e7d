#pragma once
// Which column holds which field of a record, stated once: the SQL, the writing and the reading of
// a record all follow from its visit_* functions. Internal to the store.

#include <concepts>
#include <string>
#include <type_traits>

#include "model/operation.hpp"
#include "model/output.hpp"
#include "model/resource.hpp"
#include "model/resource_summary.hpp"
#include "store/values.hpp"

namespace ashlar::store {

/// A text that people or machines wrote freely: it passes redact() on its way in.
template <class Text>
struct Free {
  Text& text;
};
template <class Text>
Free(Text&) -> Free<Text>;

/// The table of a record; null for plain values.
template <class Record>
constexpr const char* kTable = nullptr;
template <>
inline constexpr const char* kTable<Resource> = "resources";
template <>
inline constexpr const char* kTable<ResourceSummary> = "resource_summaries";
template <>
inline constexpr const char* kTable<Machine> = "machines";
template <>
inline constexpr const char* kTable<Operation> = "operations";
template <>
inline constexpr const char* kTable<StepRecord> = "steps";
template <>
inline constexpr const char* kTable<Event> = "events";
template <>
inline constexpr const char* kTable<OutputPiece> = "step_output";

// visit_identity: columns that never change after the row was inserted.
// visit_state: columns that an update writes.

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Resource>
void visit_identity(auto&& visit, Record& resource) {
  visit("id", resource.id);
  visit("organization_id", resource.organization_id);
  visit("kind", resource.kind);
  visit("name", resource.name);
  visit("created_at", resource.created_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Resource>
void visit_state(auto&& visit, Record& resource) {
  visit("spec", resource.spec);
  visit("status", resource.status);
  visit("state", resource.state);
  visit("generation", resource.generation);
  visit("current_operation_id", resource.current_operation_id);
  visit("monthly_usd", resource.monthly_usd);
  visit("updated_at", resource.updated_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, ResourceSummary>
void visit_identity(auto&& visit, Record& summary) {
  visit("id", summary.id);
  visit("organization_id", summary.organization_id);
  visit("kind", summary.kind);
  visit("name", summary.name);
  visit("created_at", summary.created_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, ResourceSummary>
void visit_state(auto&& visit, Record& summary) {
  visit("state", summary.state);
  visit("health", Free(summary.health));
  visit("problem", Free(summary.problem));
  visit("type", Free(summary.type));
  visit("region", Free(summary.region));
  visit("version", Free(summary.version));
  visit("node_counts", summary.node_counts);
  visit("nodes", summary.nodes);
  visit("monthly_usd", summary.monthly_usd);
  visit("generation", summary.generation);
  visit("current_operation_id", summary.current_operation_id);
  visit("observed_at", summary.observed_at);
  visit("updated_at", summary.updated_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Machine>
void visit_identity(auto&& visit, Record& machine) {
  visit("organization_id", machine.organization_id);
  visit("resource_id", machine.resource_id);
  visit("node", machine.node);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Machine>
void visit_state(auto&& visit, Record& machine) {
  visit("id", machine.id);
  visit("role", machine.role);
  visit("name", machine.name);
  visit("provider", machine.provider);
  visit("provider_id", machine.provider_id);
  visit("region", machine.region);
  visit("size", machine.size);
  visit("public_address", machine.public_address);
  visit("private_address", machine.private_address);
  visit("host_key", machine.host_key);
  visit("created_at", machine.created_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Operation>
void visit_identity(auto&& visit, Record& operation) {
  visit("id", operation.id);
  visit("organization_id", operation.organization_id);
  visit("resource_id", operation.resource_id);
  visit("kind", operation.kind);
  visit("resource_name", operation.resource_name);
  visit("action", operation.action);
  visit("actor", operation.actor);
  visit("spec_before", operation.spec_before);
  visit("state_before", operation.state_before);
  visit("secrets_before", operation.secrets_before);
  visit("price_before", operation.price_before);
  visit("heals", operation.tasks);  // from when healing was all that Ashlar began by itself
  visit("beside", operation.beside);
  visit("outline", operation.outline);
  visit("created_at", operation.created_at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Operation>
void visit_state(auto&& visit, Record& operation) {
  visit("summary", Free(operation.summary));
  visit("state", operation.state);
  visit("error", Free(operation.error));
  visit("stuck", operation.stuck);
  visit("steps_total", operation.steps_total);
  visit("steps_done", operation.steps_done);
  visit("expected_ms", operation.expected);
  visit("monthly_usd_before", operation.monthly_usd_before);
  visit("monthly_usd_after", operation.monthly_usd_after);
  visit("started_at", operation.started_at);
  visit("finished_at", operation.finished_at);
  visit("idle_ms", operation.idle);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, StepRecord>
void visit_identity(auto&& visit, Record& step) {
  visit("id", step.id);
  visit("operation_id", step.operation_id);
  visit("position", step.position);
  visit("step_key", step.planned.key);
  visit("step_type", step.planned.type);
  visit("title", Free(step.planned.title));
  visit("phase", Free(step.planned.phase));
  visit("node", step.planned.node);
  visit("args", step.planned.args);
  visit("after_keys", step.planned.after);
  visit("after_ended_keys", step.planned.after_ended);
  visit("expected_ms", step.planned.expected);
  visit("deadline_ms", step.planned.deadline);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, StepRecord>
void visit_state(auto&& visit, Record& step) {
  visit("state", step.state);
  visit("attempts", step.attempts);
  visit("state_data", step.state_data);
  visit("outputs", step.outputs);
  visit("because", Free(step.because));
  visit("figures", step.figures);
  visit("not_before", step.not_before);
  visit("started_at", step.started_at);
  visit("progress_at", step.progress_at);
  visit("finished_at", step.finished_at);
  visit("lease_owner", step.lease_owner);
  visit("lease_until", step.lease_until);
  visit("stuck", step.stuck);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Event>
void visit_identity(auto&& visit, Record& event) {
  visit("operation_id", event.operation_id);
  visit("number", event.number);
  visit("step_id", event.step_id);
  visit("step_key", event.step_key);
  visit("type", event.type);
  visit("message", Free(event.message));
  visit("data", event.data);
  visit("actor", event.actor);
  visit("occurred_at", event.at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, Event>
void visit_state(auto&&, Record&) {}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, OutputPiece>
void visit_identity(auto&& visit, Record& piece) {
  visit("step_id", piece.step_id);
  visit("number", piece.number);
  visit("operation_id", piece.operation_id);
  visit("begins", piece.begins);
  visit("ends", piece.ends);
  visit("content", Free(piece.text));
  visit("source", piece.source);
  visit("source_end", piece.source_end);
  visit("written_at", piece.at);
}

template <class Record>
  requires std::same_as<std::remove_const_t<Record>, OutputPiece>
void visit_state(auto&&, Record&) {}

}  // namespace ashlar::store
