"""The files of a Redis Sentinel cluster as Ashlar configures it, rendered for floor and peers."""

import hashlib
import secrets
import subprocess

MASTERS, REPLICAS, SENTINELS = 3, 6, 3
MAX_MEMORY = {"master": 2_254_857_830, "replica": 1_073_741_824}

SENTINEL_RULES = ("allchannels -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role "
                  "+publish +info +client|setname +client|kill +script|kill")


def node_names():
    return ([f"master-{i + 1}" for i in range(MASTERS)]
            + [f"replica-{i + 1}" for i in range(REPLICAS)]
            + [f"sentinel-{i + 1}" for i in range(SENTINELS)])


class ClusterFiles:
    """`directory` gets a folder a node with its files, and `inventory`, a line a node:
    name role public-address private-address leader-address."""

    def __init__(self, directory, machines):
        self.directory = directory
        self.machines = machines
        self.passwords = {who: secrets.token_hex(20)
                          for who in ("system", "replication", "sentinel", "peer")}

    def address(self, node):
        return self.machines.private_addresses[self.machine(node)]

    def machine(self, node):
        return self.machines.names[node_names().index(node)]

    def leader(self, node):
        role, number = node.split("-")
        return self.address(f"master-{(int(number) - 1) % MASTERS + 1}") if role == "replica" else None

    def write(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        lines = []
        for node in node_names():
            role = node.split("-")[0]
            folder = self.directory / node
            folder.mkdir(exist_ok=True)
            if role == "sentinel":
                (folder / "sentinel.conf").write_text(self.sentinel_conf(node))
            else:
                (folder / "redis.conf").write_text(self.redis_conf(node, role))
                (folder / "users.acl").write_text(self.users_acl())
            lines.append(f"{node} {role} {self.machines.addresses[self.machine(node)]} "
                         f"{self.address(node)} {self.leader(node) or '-'}\n")
        (self.directory / "inventory").write_text("".join(lines))
        (self.directory / "password").write_text(self.passwords["system"])

    def hashed(self, who):
        return hashlib.sha256(self.passwords[who].encode()).hexdigest()

    def users_acl(self):
        return (f"user default on #{self.hashed('system')} ~* &* +@all\n"
                f"user replication on #{self.hashed('replication')} -@all +psync +replconf +ping\n"
                f"user sentinel on #{self.hashed('sentinel')} {SENTINEL_RULES}\n")

    def server_lines(self, node, port):
        return (f"bind 127.0.0.1 {self.address(node)}\nprotected-mode no\nport 0\ntls-port {port}\n"
                "tls-cert-file /etc/redis/tls/node.crt\ntls-key-file /etc/redis/tls/node.key\n"
                "tls-ca-cert-file /etc/redis/tls/ca.crt\ntls-auth-clients optional\n"
                "tls-replication yes\ntls-protocols \"TLSv1.2 TLSv1.3\"\ndir /var/lib/redis\n")

    def redis_conf(self, node, role):
        text = self.server_lines(node, 6379)
        text += (f"aclfile /etc/redis/users.acl\nmasteruser replication\n"
                 f"masterauth {self.passwords['replication']}\n"
                 f"replica-announce-ip {self.address(node)}\nreplica-announce-port 6379\n"
                 "tcp-keepalive 60\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 1\n"
                 f"repl-diskless-sync-max-replicas {REPLICAS // MASTERS}\n"
                 "save \"\"\nappendonly yes\nappendfsync everysec\n"
                 f"maxmemory {MAX_MEMORY[role]}\nmaxmemory-policy noeviction\n")
        if self.leader(node):
            text += f"replicaof {self.leader(node)} 6379\n"
        return text

    def sentinel_conf(self, node):
        text = self.server_lines(node, 26379)
        text += (f"sentinel announce-ip {self.address(node)}\nsentinel announce-port 26379\n"
                 f"user default on #{self.hashed('system')} ~* &* +@all\n"
                 f"user peer on #{self.hashed('peer')} allchannels +@all\n"
                 f"sentinel sentinel-user peer\nsentinel sentinel-pass {self.passwords['peer']}\n")
        for number in range(1, MASTERS + 1):
            group = f"bench-m{number}"
            text += (f"sentinel monitor {group} {self.address(f'master-{number}')} 6379 2\n"
                     f"sentinel auth-user {group} sentinel\n"
                     f"sentinel auth-pass {group} {self.passwords['sentinel']}\n"
                     f"sentinel down-after-milliseconds {group} 5000\n"
                     f"sentinel failover-timeout {group} 60000\n"
                     f"sentinel parallel-syncs {group} 1\n")
        return text

    def issue_certificates(self):
        subprocess.run(["bash", "-euc", CERTIFICATES, "certificates", self.directory], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)


CERTIFICATES = r"""
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
  -subj "/CN=bench CA" -keyout ca.key -out ca.crt
one() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
    -keyout "$1/node.key" -out "$1/node.csr"
  openssl x509 -req -in "$1/node.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -CAserial "$1/serial" \
    -days 365 -out "$1/node.crt" -extfile <(printf 'subjectAltName=IP:%s,IP:127.0.0.1\n' "$2")
  cp ca.crt "$1/ca.crt"
  rm "$1/node.csr" "$1/serial"
}
pids=()
while read -r name _ _ address _; do one "$name" "$address" & pids+=($!); done < inventory
for pid in "${pids[@]}"; do wait "$pid"; done
"""
