#pragma once
// What the API answers, as text for people. Pure: data in, text out; golden tests hold the shapes.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "cli/kinds.hpp"
#include "cli/text.hpp"

namespace ashlar::cli {

/// A PlanPreview of the contract: what is made, changed, replaced and destroyed, cost, time.
std::string render_plan(const Json& plan, const Style& style);

/// How a spec would change: the `specChanges` of a PlanPreview, one line each; empty for none.
std::string render_spec_changes(const Json& changes, const Style& style);

/// A DriftAnswer of the contract.
std::string render_drift(const Json& drift, const Style& style);
/// What Ashlar is going to do by itself, and what that waits for; empty: nothing.
std::string render_healing(const Json& healing, const Style& style);

/// Of the contract's form: 2026-11-21T00:24:40.123Z -> 2026-11-21 00:24:40
std::string shown_time(const std::string& rfc3339);

/// Shown while an operation runs. `elapsed` is the viewer's own clock, so that it ticks between
/// answers; `notice` is one line about the connection, empty when all is well. No line is wider
/// than the style, so that the block can be redrawn in place.
std::string render_progress(const Json& operation, Millis elapsed, int frame,
                            std::string_view notice, const Style& style);

/// One line of history, for pipes and logs: time since the operation began, and what happened.
std::string render_event(const Json& event, Millis since_start);

/// One line of what a step's programs say, with its node in front. Never cut: who pipes it on wants
/// all of it.
std::string render_output(const Json& step, std::string_view line, const Style& style);

/// Who asked for an operation or an event: "token 'ci'"; empty when that is not known.
std::string actor_words(const Json& shown);
/// The same in one word, for tables: "ci", "healing"; empty when it is unknown.
std::string actor_word(const Json& shown);

/// How a final operation ended, why, and what to do next.
std::string render_outcome(const Json& operation, const Style& style);

/// Objects as a table, with a column for each plain field that any of them fills.
std::string render_list(const Json& items, const Style& style);

std::string render_servers(const Json& items, const Style& style);
/// `operation`: its last, or null. `kind`: what it says of its tables; empty members show less.
std::string render_server(const Json& server, const Json& operation, const KindView& kind,
                          const Style& style);

/// How a stock client connects, as commands to copy. Secrets are fetched by them, never shown.
std::string render_connecting(const Json& server, const KindView& kind);
/// Where clients find it, in a few lines; empty when that is not known.
std::string render_addresses(const Json& server, const KindView& kind);
/// The names of its nodes as lines for a hosts file, or as a zone. Throws Error(kConflict) when
/// they have none.
std::string render_names(const Json& server, bool zone);

std::string render_operations(const Json& items, const Style& style);
/// Something left behind a row, with what it costs and why it belongs to nobody.
std::string render_orphans(const Json& items, const Style& style);
/// Kinds of infrastructure, one a row; and one with its roles, actions and examples.
std::string render_kinds(const Kinds& kinds, const Style& style);
std::string render_kind(const KindView& kind, const Style& style);
std::string render_tokens(const Json& items, const Style& style);

}  // namespace ashlar::cli
