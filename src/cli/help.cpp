#include "cli/help.hpp"

#include <map>

namespace ashlar::cli {

const std::string_view kIntroduction =
    "Ashlar: declare infrastructure, see the plan and its cost, have it built and\n"
    "proved on real machines, and know at any moment what happens and why.\n\n"
    "  ashlar kinds                      what there is to declare, with examples\n"
    "  ashlar plan -f demo.yaml          what would happen, what it costs\n"
    "  ashlar apply -f demo.yaml         the same, then asks and does it\n"
    "  ashlar describe demo              nodes, roles, health, addresses\n"
    "  ashlar watch demo                 follows what is under way\n"
    "  ashlar KIND VERB NAME             what a kind brings; 'ashlar KIND' lists it";

const std::string_view kExitCodes =
    "Exit codes:\n"
    "  0 done             1 a fault of ashlar       2 bad input or usage\n"
    "  3 no valid token   4 not permitted           5 no such thing\n"
    "  6 conflict or changed meanwhile              7 no answer, or try later\n"
    "  8 a provider, a machine or an operation failed\n"
    "  9 a host key or certificate is not the pinned one\n"
    "  10 not confirmed: what destroys or weakens needs --confirm NAME\n"
    "  11 drift was found                           130 Ctrl-C; operations go on\n"
    "  12 standard output could not be written\n\n"
    "No secret is ever an argument: tokens and passwords are named by their files.\n"
    "~/.config/ashlar/config.yaml may hold 'server: URL' and 'tokenFile: PATH'.";

std::string_view examples_of(std::string_view command) {
  static const std::map<std::string_view, std::string_view> examples{
      {"serve",
       "Examples:\n"
       "  ashlar serve --digitalocean-token-file /etc/ashlar/token\n"
       "  ashlar serve --digitalocean-url http://127.0.0.1:8430 \\\n"
       "    --digitalocean-token-file pocket/token      # machines on this computer\n"
       "  ashlar serve --digitalocean-url https://127.0.0.1:8430 \\\n"
       "    --digitalocean-token-file pocket/token \\\n"
       "    --digitalocean-ca pocket/tls/authority.pem  # the same over TLS\n\n"
       "Packages that specs name by URL are fetched once and kept in DATA/packages.\n"
       "The first start makes an organization and an administrator token in\n"
       "DATA/admin-token, readable by its owner only."},
      {"plan",
       "Examples:\n"
       "  ashlar plan -f examples/demo.yaml\n"
       "  ashlar plan -f shop.yaml -f cache.yaml -o json\n\n"
       "Signs: + made, ~ changed in place, -/+ replaced, - destroyed.\n"
       "Touches nothing; machines are only read."},
      {"apply",
       "Examples:\n"
       "  ashlar apply -f demo.yaml               # asks before it acts\n"
       "  ashlar apply -f demo.yaml --yes         # for scripts\n"
       "  ashlar apply -f demo.yaml -y --no-wait  # follow later by 'ashlar watch'\n"
       "  ashlar apply -f demo.yaml --yes --confirm demo\n\n"
       "A plan that destroys or weakens something (machines, data, persistence, TLS)\n"
       "needs the name of its resource, typed or as --confirm; --yes does not cover it.\n"
       "Ctrl-C detaches and the operation goes on. A password comes from a file:\n"
       "  systemPassword: {file: password.txt}"},
      {"kinds",
       "Examples:\n  ashlar kinds\n  ashlar kinds KIND         # with its roles, actions and "
       "examples"},
      {"get", "Examples:\n  ashlar get\n  ashlar get KIND\n  ashlar get KIND demo -o json"},
      {"describe",
       "Examples:\n  ashlar describe demo\n  ashlar describe KIND demo --stored -o json\n\n"
       "The kind is needed only where resources of several kinds have the name."},
      {"delete",
       "Examples:\n"
       "  ashlar delete demo        # shows the plan, asks for the name\n"
       "  ashlar delete demo --yes"},
      {"upgrade",
       "Examples:\n"
       "  ashlar upgrade demo --size master=s-4vcpu-8gb --size replica=s-4vcpu-8gb\n"
       "  ashlar upgrade demo --sentinel s-1vcpu-2gb --yes    # --ROLE SIZE, for short\n\n"
       "One machine at a time is switched off, resized and switched on; addresses and\n"
       "data stay, and a master hands over first. A machine that cannot be resized, or\n"
       "every one with '--strategy replace', is replaced: a new one joins, is in sync,\n"
       "and takes over under another address. 'ashlar cancel' goes back at any time\n"
       "before the first old machine is destroyed, which comes last."},
      {"downgrade",
       "Examples:\n"
       "  ashlar downgrade demo --size replica=s-1vcpu-2gb\n\n"
       "Like 'upgrade'; refused when the data does not fit into the new size."},
      {"stop",
       "Examples:\n  ashlar stop demo\n\n"
       "The data is written to disk first. Machines that are off still cost their price."},
      {"start",
       "Examples:\n  ashlar start demo\n\n"
       "The node with the newest data leads, and the result is proved."},
      {"switchover",
       "Examples:\n"
       "  ashlar switchover demo\n"
       "  ashlar switchover demo --group demo-m1 --to replica-1\n\n"
       "Loses no write; clients wait for a second or two."},
      {"rotate",
       "Examples:\n"
       "  ashlar rotate demo --passwords\n"
       "  ashlar rotate demo --passwords --password-file new.txt\n"
       "  ashlar rotate demo --passwords --overlap 3600\n"
       "  ashlar rotate demo --certificates\n\n"
       "'ashlar credentials demo' shows the new password as soon as it counts."},
      {"heal",
       "Examples:\n  ashlar heal demo\n\n"
       "What Ashlar does by itself, at once. The spec's 'heal' says how far it goes:\n"
       "none, safe (no cost, nothing destroyed), or replace (new machines, too)."},
      {"drift",
       "Examples:\n"
       "  ashlar drift demo\n"
       "  ashlar drift demo --stored -o json\n\n"
       "Exit code 11 when something is not as declared."},
      {"credentials",
       "Examples:\n"
       "  ashlar credentials demo --connect\n"
       "  ashlar credentials demo --hosts | sudo tee -a /etc/hosts\n"
       "  ashlar credentials demo --get caCertificate > demo-ca.crt\n"
       "  ashlar credentials demo --get connection.endpoints\n"
       "  PASSWORD=$(ashlar credentials demo --get password)"},
      {"operations", "Examples:\n  ashlar operations\n  ashlar operations demo -o json"},
      {"watch",
       "Examples:\n"
       "  ashlar watch op_01jd6zt3m5c1n8v2b7h4k9d3e0\n"
       "  ashlar watch demo               # its last operation\n"
       "  ashlar watch demo --with-output # and what programs say on the machines\n"
       "  ashlar watch demo -o json       # one JSON event a line\n\n"
       "With --with-output, a line begins with the node that it comes from."},
      {"retry", "Examples:\n  ashlar retry demo\n\nSteps that are done stay done."},
      {"cancel",
       "Examples:\n  ashlar cancel demo\n\nWhat the operation made is removed, in reverse order."},
      {"orphans",
       "Examples:\n"
       "  ashlar orphans\n"
       "  ashlar orphans --destroy machine/4711 --destroy vpc/5a4981aa\n\n"
       "Lists what carries this organization's marks at the provider and belongs to\n"
       "no resource: its resource was deleted, or is not known any more. What another\n"
       "control plane or somebody else made is never listed and never touched."},
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
