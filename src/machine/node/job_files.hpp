#pragma once
// What a job leaves on the machine: its input while it has not read it, its log, and the answer of
// a batch that ran as a job. Input and answer are in memory (/run): a job that died with the
// machine leaves nothing that could be taken for its end.

#include <cstdint>
#include <string>

#include "machine/node/operation.hpp"

namespace ashlar::node {

std::string input_path(const std::string& job);
std::string log_path(const std::string& job);

/// A file that only root reads: a unit's properties can be read by everyone.
void keep_input(const std::string& job, const std::string& input);
void drop_input(const std::string& job);

void begin_log(const std::string& job);
/// The last lines of the log. A file, since the journal loses track of whose line it was when a
/// process ends at once.
std::string log_tail(const std::string& job, int lines);

struct LogPiece {
  std::string text;
  int64_t next = 0;   // the offset of the byte after it
  bool more = false;  // there is more already
  int64_t size = 0;   // of the log by now
};
/// At most `most` bytes of the log from `offset` on; where the log is shorter, nothing. Whole
/// lines, unless one is longer than that, or `ended` says that the rest of the last one will not
/// come.
LogPiece log_from(const std::string& job, int64_t offset, int64_t most, bool ended);

void keep_answer(const std::string& job, const std::string& answer);
/// The answer of the batch that ran as this job; null when there is none.
Json answer_of_job(const std::string& job);

bool has_files(const std::string& job);
void remove_files(const std::string& job);

}  // namespace ashlar::node
