"""The cluster that all contenders deploy: its files, rendered as Ashlar configures it.

The floor and the peers get these files ready-made, so rendering them costs them nothing. That they
lead to the same cluster is not assumed: settings.py compares what the running servers answer.
"""

import hashlib
import pathlib
import secrets
import subprocess

HERE = pathlib.Path(__file__).resolve().parent

MASTERS, REPLICAS, SENTINELS = 3, 6, 3
SIZES = {"master": "s-2vcpu-4gb", "replica": "s-2vcpu-2gb", "sentinel": "s-1vcpu-1gb"}
MAX_MEMORY = 1_362_100_224  # what Ashlar fits to the smallest member of a group

SENTINEL_RULES = ("allchannels -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role "
                  "+publish +info +client|setname +client|kill +script|kill")
PEER_RULES = ("allchannels -@all +auth +hello +ping +info +publish +subscribe +client|setname +role "
              "+sentinel|is-master-down-by-addr")


def node_names():
    return ([f"master-{i + 1}" for i in range(MASTERS)]
            + [f"replica-{i + 1}" for i in range(REPLICAS)]
            + [f"sentinel-{i + 1}" for i in range(SENTINELS)])


def role_of(node):
    return node.split("-")[0]


def leader_of(node):
    """The master that a replica follows."""
    return f"master-{(int(node.split('-')[1]) - 1) % MASTERS + 1}"


def sizes():
    """What BareMachines makes of it: the same sizes, so disks and memory limits are the same."""
    return {node: SIZES[role_of(node)] for node in node_names()}


def sentinel_id(node):
    return hashlib.sha1(node.encode()).hexdigest()


class ClusterFiles:
    """`directory` gets a folder a node with its files, and `inventory`, a line a node:
    name role public-address private-address leader's-address-or-dash."""

    def __init__(self, directory):
        self.directory = directory
        self.passwords = {who: secrets.token_hex(20)
                          for who in ("system", "replication", "sentinel", "peer")}
        self.public, self.private = {}, {}
        for node in node_names():
            (directory / node).mkdir(parents=True)

    def make_keys(self):
        """Everything of the certificates that needs no address: it can be done during the boot."""
        subprocess.run([HERE / "floor/certificates.sh", "keys", self.directory, *node_names()],
                       check=True, stdin=subprocess.DEVNULL)

    def write(self, machines):
        """Once the machines have addresses: every file, and the certificates."""
        self.public, self.private = machines.addresses, machines.private_addresses
        lines = []
        for node in node_names():
            role, folder = role_of(node), self.directory / node
            if role == "sentinel":
                (folder / "sentinel.conf").write_text(self.sentinel_conf(node))
            else:
                (folder / "redis.conf").write_text(self.redis_conf(node))
                (folder / "users.acl").write_text(self.users_acl())
            leader = self.private[leader_of(node)] if role == "replica" else "-"
            lines.append(f"{node} {role} {self.public[node]} {self.private[node]} {leader}\n")
            (self.directory / f"{node}.proof").write_text(self.proof(node))
        (self.directory / "inventory").write_text("".join(lines))
        subprocess.run([HERE / "floor/certificates.sh", "sign", self.directory], check=True,
                       stdin=subprocess.DEVNULL)

    def proof(self, node):
        """What floor/prove.sh reads: the password and whom a sentinel knows. Never an argument."""
        def addresses(nodes):
            return " ".join(sorted(self.private[n] for n in nodes))
        names = {role: [n for n in node_names() if role_of(n) == role] for role in SIZES}
        peers = [n for n in names["sentinel"] if n != node] * MASTERS
        return "\n".join([self.passwords["system"], addresses(names["master"]),
                          addresses(names["replica"] + peers)]) + "\n"

    def hashed(self, who):
        return hashlib.sha256(self.passwords[who].encode()).hexdigest()

    def users_acl(self):
        return (f"user default on #{self.hashed('system')} ~* &* +@all\n"
                f"user replication on #{self.hashed('replication')} -@all +psync +replconf +ping\n"
                f"user sentinel on #{self.hashed('sentinel')} {SENTINEL_RULES}\n")

    def server_lines(self, node, port):
        return (f"bind {self.private[node]} 127.0.0.1\nprotected-mode no\ndir /var/lib/redis\n"
                f"port 0\ntls-port {port}\n"
                "tls-cert-file /etc/redis/tls/node.crt\ntls-key-file /etc/redis/tls/node.key\n"
                "tls-ca-cert-file /etc/redis/tls/ca.crt\ntls-auth-clients optional\n"
                "tls-replication yes\ntls-protocols \"TLSv1.2 TLSv1.3\"\n")

    def redis_conf(self, node):
        text = self.server_lines(node, 6379)
        text += (f"aclfile /etc/redis/users.acl\nmasteruser replication\n"
                 f"masterauth {self.passwords['replication']}\n"
                 f"replica-announce-ip {self.private[node]}\nreplica-announce-port 6379\n"
                 "tcp-keepalive 60\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 1\n"
                 f"repl-diskless-sync-max-replicas {REPLICAS // MASTERS}\n"
                 "save 3600 1 300 100 60 10000\nappendonly no\n"
                 f"maxmemory {MAX_MEMORY}\nmaxmemory-policy noeviction\n")
        if role_of(node) == "replica":
            text += f"replicaof {self.private[leader_of(node)]} 6379\n"
        return text

    def sentinel_conf(self, node):
        text = self.server_lines(node, 26379)
        text += (f"sentinel myid {sentinel_id(node)}\n"
                 f"sentinel announce-ip {self.private[node]}\nsentinel announce-port 26379\n"
                 f"user default on #{self.hashed('system')} ~* &* +@all\n"
                 f"user peer on #{self.hashed('peer')} {PEER_RULES}\n"
                 f"sentinel sentinel-user peer\nsentinel sentinel-pass {self.passwords['peer']}\n")
        for number in range(1, MASTERS + 1):
            master, group = f"master-{number}", f"bench-m{number}"
            text += (f"sentinel monitor {group} {self.private[master]} 6379 2\n"
                     f"sentinel auth-user {group} sentinel\n"
                     f"sentinel auth-pass {group} {self.passwords['sentinel']}\n"
                     f"sentinel down-after-milliseconds {group} 5000\n"
                     f"sentinel failover-timeout {group} 60000\n"
                     f"sentinel parallel-syncs {group} 1\n")
            # As Ashlar does: introduced to each other, sentinels need not wait for a greeting.
            for replica in node_names():
                if role_of(replica) == "replica" and leader_of(replica) == master:
                    text += f"sentinel known-replica {group} {self.private[replica]} 6379\n"
            for peer in node_names():
                if role_of(peer) == "sentinel" and peer != node:
                    text += (f"sentinel known-sentinel {group} {self.private[peer]} 26379 "
                             f"{sentinel_id(peer)}\n")
        return text
