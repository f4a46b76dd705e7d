# shellcheck shell=bash
# Runs on the first broker and returns when the cluster works: all brokers are there, a user and a topic are
# made, and a record that each broker leads is written and read back, by Kafka's own tools. The floor and
# Ansible both use it.
#   bash -c "$(cat kafka_prove.sh)" prove ADDRESS NUMBER NUMBER NUMBER      (numbers of the brokers)
# Standard input: the user's password.
set -euo pipefail
address=$1
shift
IFS= read -r password
cd "$(mktemp -d)"
{
  grep '^ssl[.]' /etc/kafka/server.properties
  echo security.protocol=SSL
} >nodes.properties

kafka() {
  local class=$1
  shift
  java -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/opt/kafka-4.1.0/libs/*' "$class" --bootstrap-server "$address:9093" "$@"
}

looks=0
until [ "$(kafka org.apache.kafka.tools.BrokerApiVersionsCommand --command-config nodes.properties 2>/dev/null | grep -c 'rack:')" = $# ]; do
  looks=$((looks + 1))
  [ "$looks" -lt 60 ]
  sleep 0.15
done
# The password is in an argument here, which Ashlar never does: Kafka's tool takes it from nowhere else.
kafka kafka.admin.ConfigCommand --command-config nodes.properties --alter --entity-type users --entity-name client \
  --add-config "SCRAM-SHA-512=[password=$password]" >/dev/null
kafka org.apache.kafka.tools.TopicCommand --command-config nodes.properties --create --topic proof \
  --replica-assignment "$1:$2:$3,$2:$3:$1,$3:$1:$2" >/dev/null
seq 1 30 | sed 's/.*/key&:&/' | kafka org.apache.kafka.tools.ConsoleProducer --producer.config nodes.properties --topic proof \
  --property parse.key=true --property key.separator=:
kafka org.apache.kafka.tools.consumer.ConsoleConsumer --consumer.config nodes.properties --topic proof --from-beginning \
  --max-messages 30 --timeout-ms 30000 --property print.partition=true >records 2>/dev/null
[ "$(cut -f 1 records | sort -u | wc -l)" = 3 ] && [ "$(wc -l <records)" = 30 ]
