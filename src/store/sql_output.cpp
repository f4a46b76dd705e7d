// What steps say while they are at work: appended in pieces, read from any byte.
#include <algorithm>

#include "store/records.hpp"
#include "store/sql_transaction.hpp"

namespace ashlar::store {
namespace {

// More than the pieces of a step that are kept, unless it writes a few words at a time.
constexpr int kPiecesAtOnce = 500;

bool goes_on(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// The first position from `at` on at which a character begins.
size_t next_character(const std::string& text, size_t at) {
  while (at < text.size() && goes_on(text[at])) ++at;
  return at;
}

/// The last position up to `at` at which a character begins.
size_t character_before(const std::string& text, size_t at) {
  if (at >= text.size()) return text.size();
  while (at > 0 && goes_on(text[at])) --at;
  return at;
}

/// A single piece that is longer than all that is kept loses its beginning at once.
void keep_newest(OutputPiece& piece) {
  const long long beyond = static_cast<long long>(piece.text.size()) - kMostOutputBytes;
  if (beyond <= 0) return;
  const size_t cut = next_character(piece.text, static_cast<size_t>(beyond));
  piece.text.erase(0, cut);
  piece.begins += static_cast<long long>(cut);
}

}  // namespace

void SqlTransaction::append_output(OutputPiece piece) {
  piece.text = redact(piece.text);
  const auto last = all_rows<OutputPiece>(
      connection_, select<OutputPiece>("WHERE step_id = :step_id ORDER BY number DESC LIMIT 1"),
      piece.step_id);
  piece.number = last.empty() ? 1 : last.front().number + 1;
  piece.begins = last.empty() ? 0 : last.front().ends;
  piece.ends = piece.begins + static_cast<long long>(piece.text.size());
  keep_newest(piece);
  insert(connection_, piece);
  change(connection_,
         "DELETE FROM step_output WHERE step_id = :step_id AND begins < :oldest "
         "AND number < :number",
         piece.step_id, piece.ends - kMostOutputBytes, piece.number);
  change(connection_, "DELETE FROM step_output WHERE written_at < :oldest", piece.at - kOutputKept);
}

std::optional<long long> output_position(Connection& connection, const std::string& step_id,
                                         const std::string& source) {
  return one_row<long long>(connection,
                            "SELECT source_end FROM step_output WHERE step_id = :step_id "
                            "AND source = :source ORDER BY number DESC LIMIT 1",
                            step_id, source);
}

StepOutput read_output(Connection& connection, const std::string& step_id, long long offset,
                       long long most_bytes) {
  static const std::string sql = select<OutputPiece>(
      "WHERE step_id = :step_id AND ends > :offset ORDER BY number LIMIT :most");
  const auto first = one_row<long long>(
      connection, "SELECT begins FROM step_output WHERE step_id = :step_id ORDER BY number LIMIT 1",
      step_id);
  const auto end = one_row<long long>(
      connection,
      "SELECT ends FROM step_output WHERE step_id = :step_id ORDER BY number DESC LIMIT 1",
      step_id);
  StepOutput output{
      .begins = offset, .next = offset, .end = end.value_or(0), .dropped = first.value_or(0)};
  for (const OutputPiece& piece :
       all_rows<OutputPiece>(connection, sql, step_id, offset, kPiecesAtOnce)) {
    if (output.text.empty()) output.begins = std::max(offset, piece.begins);
    // What was dropped meanwhile is a gap: it is told with the next part.
    if (!output.text.empty() && piece.begins != output.next) break;
    const auto skipped = static_cast<size_t>(std::max(offset - piece.begins, 0LL));
    const size_t from = next_character(piece.text, skipped);
    const auto room = static_cast<size_t>(most_bytes) - output.text.size();
    const size_t to = std::max(from, character_before(piece.text, from + room));
    output.text.append(piece.text, from, to - from);
    output.next = piece.begins + static_cast<long long>(to);
    if (to < piece.text.size()) break;
  }
  return output;
}

namespace {

struct OutputEnd {
  std::string step_id;
  long long ends = 0;
};

}  // namespace

template <>
inline constexpr const char* kTable<OutputEnd> = "step_output";

namespace {

void visit_identity(auto&& visit, OutputEnd& row) {
  visit("step_id", row.step_id);
  visit("ends", row.ends);
}
void visit_state(auto&&, OutputEnd&) {}

}  // namespace

std::map<std::string, long long> output_ends(Connection& connection,
                                             const std::string& operation_id) {
  std::map<std::string, long long> ends;
  for (const OutputEnd& row :
       all_rows<OutputEnd>(connection,
                           "SELECT step_id, MAX(ends) AS ends FROM step_output "
                           "WHERE operation_id = :operation_id GROUP BY step_id",
                           operation_id))
    if (row.ends > 0) ends[row.step_id] = row.ends;
  return ends;
}

}  // namespace ashlar::store
