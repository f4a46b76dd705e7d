#include "main/first_start.hpp"

#include "base/file.hpp"
#include "base/log.hpp"

namespace ashlar {
namespace {

void write_token(const std::filesystem::path& file, const Secret& token) {
  write_file_atomically(file, token.reveal() + "\n", 0600);
  log::info("the administrator's token is in {}", file.string());
}

}  // namespace

std::string prepare_first_start(store::Store& store, const std::filesystem::path& data,
                                const Clock& clock) {
  const std::filesystem::path file = data / "admin-token";
  // Says that the token may have been made and not written yet. A token that was lost so is known
  // to nobody; an administrator who removed the file on purpose gets no new one.
  const std::filesystem::path unfinished = data / "first-start";
  if (store.organizations().empty()) write_file_atomically(unfinished, "", 0600);

  const auto first = store.ensure_first_organization(clock.now());
  const std::string organization = store.organizations().front().id;
  if (first) {
    write_token(file, *first);
  } else if (std::filesystem::exists(unfinished) && !std::filesystem::exists(file)) {
    write_token(file, store.create_token(organization, "administrator", {"*"}, clock.now()).secret);
  }
  std::filesystem::remove(unfinished);
  return organization;
}

}  // namespace ashlar
