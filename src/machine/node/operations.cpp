#include <cerrno>
#include <cstring>

#include "machine/node/operation.hpp"

namespace ashlar::node {
namespace {

constexpr OperationType kOperations[] = {
    {"file", prepare_file, "path"},
    {"file_once", prepare_file_once, "path"},
    {"read_file", prepare_read_file, "path"},
    {"directory", prepare_directory, "path"},
    {"remove_path", prepare_remove_path, "path"},
    {"package", prepare_package, "names"},
    {"installed_packages", prepare_installed_packages, "names"},
    {"user", prepare_user, "name"},
    {"systemd_unit", prepare_systemd_unit, "name"},
    {"job_start", prepare_job_start, "name", true},
    {"job_poll", prepare_job_poll, "name", true},
    {"job_remove", prepare_job_remove, "name", true},
    {"sysctl", prepare_sysctl, "key"},
    {"nftables", prepare_nftables, "table"},
    {"command", prepare_command, "argv"},
    {"wait_for_port", prepare_wait_for_port, "port"},
    {"facts", prepare_facts, ""},
    {"resp", prepare_resp, "port"},
};

}  // namespace

const OperationType* find_operation(const std::string& name) {
  for (const OperationType& type : kOperations)
    if (name == type.name) return &type;
  return nullptr;
}

Failure system_failure(const std::string& what) {
  return Failure("cannot " + what + ": " + std::strerror(errno));
}

}  // namespace ashlar::node
