#!/usr/bin/env bash
# The floor: the cluster of kafka_cluster.py by plain shell, all machines at once, over one connection a
# machine, one ssh command for all that a node needs.
# usage: kafka.sh DIRECTORY SSH_CONFIG      (DIRECTORY: see kafka_cluster.py)
set -euo pipefail
cd "$1"
config=$2
tools="java -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/opt/kafka-4.1.0/libs/*'"

on() { ssh -F "$config" "$@"; }

set_up() {
  local name=$1 public=$3
  until on "$public" true 2>/dev/null; do sleep 0.05; done
  unit "$name" > "$name/kafka.service"
  tar -C "$name" -cf - . | on "$public" "set -e
    useradd --system --home-dir /var/lib/kafka --shell /usr/sbin/nologin kafka
    mkdir -p /etc/kafka/tls /var/lib/kafka
    tar -C /etc/kafka -xf - --no-same-owner
    cd /etc/kafka
    cat node.key node.crt > tls/node.pem
    mv ca.crt tls/
    mv kafka.service /etc/systemd/system/
    chown -R root:kafka /etc/kafka && chmod -R g+rX,o-rwx /etc/kafka
    chown kafka:kafka /var/lib/kafka
    runuser -u kafka -- sh -c \"$tools kafka.tools.StorageTool format --config /etc/kafka/server.properties \$(cat format)\" >/dev/null
    systemctl daemon-reload
    systemctl enable -q --now kafka"
}

unit() {
  cat <<UNIT
[Unit]
After=network-online.target
[Service]
User=kafka
ExecStart=/usr/bin/java -Xms512m -Xmx512m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -cp /opt/kafka-4.1.0/libs/* kafka.Kafka /etc/kafka/server.properties
SuccessExitStatus=143
LimitNOFILE=1000000
[Install]
WantedBy=multi-user.target
UNIT
}

# On one broker: all three are there, a user and a topic are made, and a record that each broker leads is
# written and read back.
prove() {
  local public=$1 address=$2 assignment=$3
  on "$public" "set -e
    cd /tmp
    { grep '^ssl[.]' /etc/kafka/server.properties; echo security.protocol=SSL; } > nodes.properties
    kafka() { class=\$1; shift; $tools \$class --bootstrap-server $address:9093 \"\$@\"; }
    i=0
    until [ \"\$(kafka org.apache.kafka.tools.BrokerApiVersionsCommand --command-config nodes.properties 2>/dev/null | grep -c 'rack:')\" = 3 ]; do
      i=\$((i + 1)); [ \$i -lt 60 ]; sleep 0.15
    done
    kafka kafka.admin.ConfigCommand --command-config nodes.properties --alter --entity-type users --entity-name client \
      --add-config \"SCRAM-SHA-512=[password=\$(cat)]\" >/dev/null
    kafka org.apache.kafka.tools.TopicCommand --command-config nodes.properties --create --topic proof --replica-assignment $assignment >/dev/null
    seq 1 30 | sed 's/.*/key&:&/' | kafka org.apache.kafka.tools.ConsoleProducer --producer.config nodes.properties --topic proof \
      --property parse.key=true --property key.separator=:
    kafka org.apache.kafka.tools.consumer.ConsoleConsumer --consumer.config nodes.properties --topic proof --from-beginning \
      --max-messages 30 --timeout-ms 30000 --property print.partition=true > read 2>/dev/null
    [ \"\$(cut -f 1 read | sort -u | wc -l)\" = 3 ] && [ \"\$(wc -l < read)\" = 30 ]" < password
}

pids=()
while read -r line; do
  # shellcheck disable=SC2086 # the words of a line are the arguments
  set_up $line </dev/null &
  pids+=($!)
done < inventory
for pid in "${pids[@]}"; do wait "$pid"; done

read -r _ _ public address _ < <(grep ' broker ' inventory)
mapfile -t numbers < <(awk '$2 == "broker" { print $5 }' inventory)
prove "$public" "$address" "$(IFS=:; n=("${numbers[@]}"); echo "${n[0]}:${n[1]}:${n[2]},${n[1]}:${n[2]}:${n[0]},${n[2]}:${n[0]}:${n[1]}")"
