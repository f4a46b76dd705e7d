"""Brokers and controllers of a Kafka cluster that come, leave and are replaced, while a stock client writes and reads."""

import pytest

import harness
from kafka_clients import Stock, load
from test_kafka import TOPICS, USERS, apply, steps_of_the_last_operation, wait_until_idle

LAYERS = ("kafka",)
LONG = True
OBSERVE_INTERVAL = 5
SMALL = "s-1vcpu-1gb"


def spec(instance, controllers=3, brokers=3, size=SMALL, **more):
    return {"kind": "kafka", "name": "events", "type": "kafka-prod", "region": "nyc1",
            "desiredState": {"roles": {"controller": {"count": controllers, "size": SMALL},
                                       "broker": {"count": brokers, "size": size}}},
            "clientRanges": [str(instance.public_pool), str(instance.vpc_pool)], "topics": TOPICS, "users": USERS, **more}


@pytest.fixture(scope="module")
def kafka(instance):
    apply(instance, spec(instance))
    return instance.find_cluster("events", "kafka")["id"]


def throttles(instance):
    """What Kafka's own tool says on the first broker of settings that bound the moving of replicas."""
    droplet = next(each for each in instance.droplets() if each["name"].endswith("broker-1"))
    address = next(net["ip_address"] for net in droplet["networks"]["v4"] if net["type"] == "private")
    settings = "/tmp/nodes.properties"
    instance.inside(droplet["id"], "sh", "-c", f"grep '^ssl[.]' /etc/kafka/server.properties >{settings} && "
                    f"echo security.protocol=SSL >>{settings}")
    said = [instance.inside(droplet["id"], "sh", "-c",
                            "java -Xmx96m -cp '/opt/kafka-4.1.0/libs/*' kafka.admin.ConfigCommand "
                            f"--bootstrap-server {address}:9093 --command-config {settings} --describe --entity-type {entities}")
            for entities in ("brokers", "topics")]
    return [line for line in "".join(said).splitlines() if "throttled" in line]


def homes(instance, identifier):
    """Replicas on each broker, as Kafka counts them."""
    status = instance.cluster(identifier, refresh=True)["status"]
    assert status["health"] == "healthy", status["problems"]
    return {node["name"]: node["replicas"] for node in status["nodes"] if node["role"] == "broker"}


def changed_under_load(instance, kafka, measured, what, document):
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        said = apply(instance, document, "--confirm", "events")
    measured(f"longest gap between acknowledged records, {what}", running.gap, "s")
    return said


def factors(instance, identifier):
    topics = instance.cluster(identifier, refresh=True)["status"]["topics"]
    return {topic["name"]: topic["replicationFactor"] for topic in topics}


def votes(instance, identifier):
    return [node["name"] for node in instance.cluster(identifier, refresh=True)["status"]["nodes"] if node["votes"]]


def test_new_brokers_get_their_share(instance, kafka, measured):
    fewer = [{**TOPICS[0], "replicationFactor": 2, "configuration": {"min.insync.replicas": 1}}, TOPICS[1]]
    said = changed_under_load(instance, kafka, measured, "3 to 5 brokers", spec(instance, brokers=5, topics=fewer))
    assert "of replicas move" in said
    replicas = homes(instance, kafka)
    assert len(replicas) == 5 and max(replicas.values()) - min(replicas.values()) <= 3, replicas
    assert throttles(instance) == []
    assert factors(instance, kafka) == {"orders": 2, "customers": 3}
    assert "customers" in instance.cli("kafka", "topics", "events").stdout


def test_brokers_that_leave_are_emptied_first(instance, kafka, measured):
    changed_under_load(instance, kafka, measured, "5 to 3 brokers", spec(instance))
    assert set(homes(instance, kafka)) == {"broker-1", "broker-2", "broker-3"}
    assert throttles(instance) == []
    assert len(instance.droplets()) == 6
    assert factors(instance, kafka) == {"orders": 3, "customers": 3}
    assert instance.cluster(kafka)["status"]["drift"] == []


def test_a_bound_holds_at_once_and_needs_no_operation(instance, kafka):
    before = instance.cluster(kafka)
    said = instance.cli("kafka", "throttle", "events", "bytesPerSecond=70000000", "--yes").stdout
    assert "Stored" in said
    after = instance.cluster(kafka)
    assert after["spec"]["reassignmentBytesPerSecond"] == 70_000_000
    assert after["currentOperationId"] == before["currentOperationId"]
    instance.cli("kafka", "reassign", "events", "--yes", timeout=300)
    assert steps_of_the_last_operation(instance, kafka) == ["kafka.reassign"]
    assert throttles(instance) == []


def test_controllers_come_and_go(instance, kafka, measured):
    changed_under_load(instance, kafka, measured, "3 to 5 controllers", spec(instance, controllers=5))
    assert len(votes(instance, kafka)) == 5
    changed_under_load(instance, kafka, measured, "5 to 3 controllers", spec(instance))
    assert votes(instance, kafka) == ["controller-1", "controller-2", "controller-3"]
    assert not any(key.startswith("kafka.withdraw") for key in steps_of_the_last_operation(instance, kafka))
    assert instance.cluster(kafka)["status"]["drift"] == []


@pytest.mark.parametrize("lost", ["controller-2", "broker-2"])
def test_a_lost_machine_is_made_anew_by_an_update(instance, kafka, measured, lost):
    wait_until_idle(instance, kafka)
    droplet = next(each for each in instance.droplets() if each["name"].endswith(lost))
    with load(Stock(instance, kafka), "orders", 6, "shop", "billing") as running:
        instance.cloud_delete(f"/v2/droplets/{droplet['id']}")
        harness.wait_until("it is missed", lambda: any(
            item["what"] == "machine-missing" for item in instance.cluster(kafka, refresh=True)["status"]["drift"]), 60)
        apply(instance, spec(instance))
    measured(f"longest gap between acknowledged records, {lost} destroyed and made anew", running.gap, "s")
    status = instance.cluster(kafka, refresh=True)["status"]
    assert status["health"] == "healthy" and status["drift"] == []


def started_at(instance, node):
    droplet = next(each for each in instance.droplets() if each["name"].endswith(node))
    return instance.inside(droplet["id"], "systemctl", "show", "kafka", "-P", "ActiveEnterTimestampMonotonic")


def test_a_broker_that_is_held_out_is_passed_by_until_it_is_let_go(instance, kafka, measured):
    def held(held, **more):
        document = spec(instance, **more)
        document["desiredState"]["roles"]["broker"] = {
            "nodes": [{"id": f"broker-{n}", "size": SMALL, **({"held": True} if held and n == 2 else {})} for n in (1, 2, 3)]}
        return document
    threads = {"configuration": {"num.io.threads": 6}}
    before = {node: started_at(instance, node) for node in ("broker-1", "broker-2", "broker-3")}
    said = changed_under_load(instance, kafka, measured, "a configuration, one broker held out", held(True, **threads))
    assert "broker-2 is held out" in said
    after = {node: started_at(instance, node) for node in before}
    assert [node for node in before if before[node] == after[node]] == ["broker-2"]
    assert instance.cluster(kafka, refresh=True)["status"]["drift"] == []
    changed_under_load(instance, kafka, measured, "the held broker let go", held(False, **threads))
    assert [node for node in before if started_at(instance, node) != after[node]] == ["broker-2"]


def test_a_machine_is_replaced_where_the_spec_says_so(instance, kafka, measured):
    document = spec(instance, strategy="replace")
    sizes = {"broker-1": SMALL, "broker-2": SMALL, "broker-3": "s-1vcpu-2gb"}
    document["desiredState"]["roles"]["broker"] = {"nodes": [{"id": name, "size": size} for name, size in sizes.items()]}
    said = changed_under_load(instance, kafka, measured, "a broker's machine replaced", document)
    assert "replace 1 machine, one at a time" in said
    assert [each["name"] for each in instance.droplets() if each["size_slug"] == "s-1vcpu-2gb"] == ["events-broker-3"]
    assert len(instance.droplets()) == 6
