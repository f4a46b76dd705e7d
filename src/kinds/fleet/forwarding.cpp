#include "kinds/fleet/forwarding.hpp"

#include <fmt/format.h>

namespace ashlar::fleet {
namespace {

constexpr const char* kSocket = "ashlar-forward.socket";
constexpr const char* kFolder = "/etc/systemd/system/";

std::string endpoint(const std::string& address, int port) {
  return address.find(':') == address.npos ? fmt::format("{}:{}", address, port)
                                           : fmt::format("[{}]:{}", address, port);
}

std::string socket_unit(const ForwardedPort& forwarded) {
  return fmt::format(
      "[Unit]\n"
      "Description=Connections for the machine that took over\n\n"
      "[Socket]\n"
      "ListenStream={}\n"
      "FreeBind=yes\n\n"
      "[Install]\n"
      "WantedBy=sockets.target\n",
      endpoint(forwarded.address, forwarded.port));
}

std::string service_unit(const ForwardedPort& forwarded) {
  return fmt::format(
      "[Unit]\n"
      "Description=Connections for the machine that took over\n\n"
      "[Service]\n"
      "ExecStart=/lib/systemd/systemd-socket-proxyd {}\n"
      "DynamicUser=yes\n",
      endpoint(forwarded.to, forwarded.port));
}

}  // namespace

void add_forwarding(machine::Batch& batch, const ForwardedPort& forwarded) {
  const std::string folder = kFolder;
  batch.operations.push_back(
      machine::file(folder + "ashlar-forward.service", service_unit(forwarded)));
  batch.operations.push_back(machine::file(folder + kSocket, socket_unit(forwarded)));
  batch.operations.push_back(machine::systemd_unit(kSocket, true, "started"));
}

void add_end_of_forwarding(machine::Batch& batch) {
  batch.operations.push_back(machine::systemd_unit(kSocket, false, "stopped"));
}

}  // namespace ashlar::fleet
