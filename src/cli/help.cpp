#include "cli/help.hpp"

#include <map>

namespace ashlar::cli {

const std::string_view kIntroduction =
    "Ashlar: declare infrastructure, see the plan and its cost, have it built and\n"
    "proved on real machines, and know at any moment what happens and why.\n\n"
    "  ashlar plan -f redis.yaml         what would happen, what it costs\n"
    "  ashlar apply -f redis.yaml        the same, then asks and does it\n"
    "  ashlar describe redis demo        nodes, roles, replication, certificates\n"
    "  ashlar watch demo                 follows what is under way";

const std::string_view kExitCodes =
    "Exit codes:\n"
    "  0 done             1 a fault of ashlar       2 bad input or usage\n"
    "  3 no valid token   4 not permitted           5 no such thing\n"
    "  6 conflict or changed meanwhile              7 no answer, or try later\n"
    "  8 a provider, a machine or an operation failed\n"
    "  9 a host key or certificate is not the pinned one\n"
    "  10 you did not confirm                       11 drift was found\n"
    "  130 Ctrl-C; operations go on\n\n"
    "No secret is ever an argument: tokens and passwords are named by their files.\n"
    "~/.config/ashlar/config.yaml may hold 'server: URL' and 'tokenFile: PATH'.";

std::string_view examples_of(std::string_view command) {
  static const std::map<std::string_view, std::string_view> examples{
      {"serve",
       "Examples:\n"
       "  ashlar serve --digitalocean-token-file /etc/ashlar/token\n"
       "  ashlar serve --digitalocean-url http://127.0.0.1:8430 \\\n"
       "    --digitalocean-token-file pocket/token      # machines on this computer\n\n"
       "The first start makes an organization and an administrator token in\n"
       "DATA/admin-token, readable by its owner only."},
      {"plan",
       "Examples:\n"
       "  ashlar plan -f examples/redis-sentinel.yaml\n"
       "  ashlar plan -f shop.yaml -f cache.yaml -o json\n\n"
       "Signs: + made, ~ changed in place, -/+ replaced, - destroyed.\n"
       "Touches nothing; machines are only read."},
      {"apply",
       "Examples:\n"
       "  ashlar apply -f redis.yaml              # asks before it acts\n"
       "  ashlar apply -f redis.yaml --yes        # for scripts\n"
       "  ashlar apply -f redis.yaml -y --no-wait # follow later by 'ashlar watch'\n\n"
       "Ctrl-C detaches and the operation goes on. A password comes from a file:\n"
       "  systemPassword: {file: redis-password.txt}"},
      {"get", "Examples:\n  ashlar get\n  ashlar get redis\n  ashlar get redis demo -o json"},
      {"describe",
       "Examples:\n  ashlar describe demo\n  ashlar describe redis demo --stored -o json"},
      {"delete",
       "Examples:\n"
       "  ashlar delete redis demo        # shows the plan, asks for the name\n"
       "  ashlar delete redis demo --yes"},
      {"upgrade",
       "Examples:\n"
       "  ashlar upgrade redis demo --master s-4vcpu-8gb --replica s-4vcpu-8gb\n"
       "  ashlar upgrade demo --sentinel s-1vcpu-2gb --yes\n\n"
       "Each node gets a new machine, which joins and is in sync before the old one\n"
       "leaves; a master hands over first. 'ashlar cancel' goes back at any time before\n"
       "the old machines are destroyed, which is the last step."},
      {"downgrade",
       "Examples:\n"
       "  ashlar downgrade redis demo --replica s-1vcpu-2gb\n\n"
       "Like 'upgrade'; refused when the data does not fit into the new size."},
      {"stop",
       "Examples:\n  ashlar stop redis demo\n\n"
       "The data is written to disk first. Machines that are off still cost their price."},
      {"start",
       "Examples:\n  ashlar start redis demo\n\n"
       "The node with the newest data leads, and the result is proved."},
      {"switchover",
       "Examples:\n"
       "  ashlar switchover redis demo\n"
       "  ashlar switchover redis demo --group demo-m1 --to replica-1\n\n"
       "Loses no write; clients wait for a second or two."},
      {"rotate",
       "Examples:\n"
       "  ashlar rotate redis demo --passwords\n"
       "  ashlar rotate redis demo --passwords --password-file new.txt\n"
       "  ashlar rotate redis demo --certificates\n\n"
       "'ashlar credentials demo' shows the new password as soon as it counts."},
      {"heal",
       "Examples:\n  ashlar heal redis demo\n\n"
       "What Ashlar does by itself, at once. The spec's 'heal' says how far it goes:\n"
       "none, safe (no cost, nothing destroyed), or replace (new machines, too)."},
      {"drift",
       "Examples:\n"
       "  ashlar drift redis demo\n"
       "  ashlar drift demo --stored -o json\n\n"
       "Exit code 11 when something is not as declared."},
      {"credentials",
       "Examples:\n"
       "  ashlar credentials demo --connect\n"
       "  ashlar credentials demo --get caCertificate > demo-ca.crt\n"
       "  REDISCLI_AUTH=$(ashlar credentials demo --get password) \\\n"
       "    redis-cli --tls --cacert demo-ca.crt -h ADDRESS ping"},
      {"operations", "Examples:\n  ashlar operations\n  ashlar operations demo -o json"},
      {"watch",
       "Examples:\n"
       "  ashlar watch op_01jd6zt3m5c1n8v2b7h4k9d3e0\n"
       "  ashlar watch demo               # its last operation\n"
       "  ashlar watch demo -o json       # one JSON event a line"},
      {"retry", "Examples:\n  ashlar retry demo\n\nSteps that are done stay done."},
      {"cancel",
       "Examples:\n  ashlar cancel demo\n\nWhat the operation made is removed, in reverse order."},
      {"tokens", "Examples:\n  ashlar tokens\n  ashlar tokens -o json"},
      {"create-token",
       "Examples:\n"
       "  ashlar create-token grafana --permission metrics:read > grafana-token\n"
       "  ashlar create-token ci --permission 'servers:*' --permission plans:create\n\n"
       "The token is shown this once. It can be given no permission that yours lacks."},
      {"revoke", "Examples:\n  ashlar revoke tok_01jd6zt3m5c1n8v2b7h4k9d3e0"},
      {"doctor",
       "Examples:\n  ashlar doctor\n  ashlar doctor -o json\n\nExit code 1 when something is bad."},
  };
  const auto found = examples.find(command);
  return found == examples.end() ? std::string_view() : found->second;
}

}  // namespace ashlar::cli
