"""What stands is watched: drift is shown, and mended without anyone asking, as far as the policy allows."""

import time

import pytest

import harness
from clients import Stock

OBSERVE_INTERVAL = 2


@pytest.fixture(scope="module")
def kept(instance):
    """The id of a node with the policy to heal nothing."""
    answer = instance.deploy(harness.single(instance, "kept", heal="none", clientRights=["administration"]))
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    return answer["operations"][0]["resourceId"]


def heals(instance, identifier):
    items = instance.api("GET", "/operations", 200, params={"resourceId": identifier}).json()["items"]
    return [item for item in items if item["action"] == "heal"]


def wait_healed(instance, identifier, so_far):
    def healed():
        latest = heals(instance, identifier)
        return latest[0] if len(latest) > so_far and latest[0]["final"] else None
    return harness.wait_until("it is healed", healed, 120)


def node(instance, identifier):
    stock = Stock(instance, identifier, instance.directory)
    return stock.node(stock.status["nodes"][0]["privateAddress"])


def test_what_is_as_declared_has_no_drift(instance, kept):
    shown = instance.cli("drift", "redis", "kept")
    assert "redis kept is as declared (healthy)" in shown.stdout


def test_each_look_adds_to_the_curves(instance, kept):
    def curves():
        answer = instance.api("GET", f"/servers/{kept}/series", 200).json()
        return answer if len(answer["times"]) > 2 else None
    answer = harness.wait_until("there are curves", curves, 60)
    values = {curve["metric"]: curve["values"] for curve in answer["series"]}
    assert set(values) == {"operationsPerSecond", "usedMemoryBytes"}
    assert all(value > 500_000 for value in values["usedMemoryBytes"])
    assert all(len(column) == len(answer["times"]) for column in values.values())
    assert answer["times"] == sorted(set(answer["times"]))


def test_a_table_shows_it_in_one_line(instance, kept):
    page = instance.api("GET", "/servers", 200, params={
        "kind": "redis", "health": "healthy", "name": "kept", "sort": "monthlyUsd"}).json()
    assert page["total"] == 1
    row = page["items"][0]
    assert row["id"] == kept and row["state"] == "active" and row["type"] == "single"
    assert row["version"] == instance.cluster(kept)["status"]["nodes"][0]["version"]
    assert row["monthlyUsd"] == row["operation"]["monthlyUsdAfter"] > 0
    assert row["operation"]["progressPercent"] == 100


def test_drift_is_shown_and_left_alone_when_the_policy_says_so(instance, kept):
    node(instance, kept).config_set("maxmemory-policy", "allkeys-random")
    shown = instance.cli("drift", "redis", "kept", check=False)
    assert shown.returncode == 11, shown.stdout + shown.stderr
    assert "configuration" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    time.sleep(4 * OBSERVE_INTERVAL)
    assert heals(instance, kept) == []


def test_a_policy_can_be_changed(instance, kept):
    answer = instance.api("PATCH", f"/servers/{kept}", json={"heal": "safe"})
    assert answer.ok, answer.text
    if answer.json()["correlationId"]:
        ended = instance.wait_operation(answer.json()["correlationId"])
        assert ended["state"] == "succeeded", ended["error"]
    assert instance.cluster(kept)["spec"]["heal"] == "safe"
    instance.cli("drift", "redis", "kept")  # an update mends, too


def test_settings_changed_by_hand_are_set_again(instance, kept, measured):
    began = time.monotonic()
    node(instance, kept).config_set("maxmemory-policy", "allkeys-random")
    heal = wait_healed(instance, kept, 0)
    measured("from settings changed by hand to healed ones", time.monotonic() - began, "s")
    assert heal["state"] == "succeeded", heal["error"]
    events = instance.api("GET", f"/operations/{heal['id']}/events", 200).json()["items"]
    assert "begun by Ashlar itself" in events[0]["message"]
    assert "changed by hand" in events[0]["data"]["because"]
    assert node(instance, kept).config_get("maxmemory-policy")["maxmemory-policy"] != "allkeys-random"
    instance.cli("drift", "redis", "kept")


def test_a_machine_that_went_off_is_switched_on(instance, kept, measured):
    node(instance, kept).set("survivor", "yes")
    node(instance, kept).save()
    so_far = len(heals(instance, kept))
    droplet = int(instance.cluster(kept)["status"]["nodes"][0]["providerId"])
    began = time.monotonic()
    instance.add_fault({"machine": "kill", "dropletId": droplet})
    harness.wait_until("it is seen", lambda: instance.cluster(kept)["state"] != "active", 60)
    # Healed twice within minutes: the second has to wait a little longer than the first.
    heal = wait_healed(instance, kept, so_far)
    measured("from a machine that is off to a healed one", time.monotonic() - began, "s")
    assert heal["state"] == "succeeded", heal["error"]
    harness.wait_until("it is active", lambda: instance.cluster(kept)["state"] == "active", 30)
    assert node(instance, kept).get("survivor") == b"yes"


def test_a_stopped_resource_is_not_healed(instance, kept):
    so_far = len(heals(instance, kept))
    instance.cli("stop", "redis", "kept", "--yes")
    assert instance.cluster(kept)["state"] == "stopped"
    time.sleep(4 * OBSERVE_INTERVAL)
    assert len(heals(instance, kept)) == so_far
    instance.cli("start", "redis", "kept", "--yes")
    assert instance.cluster(kept)["state"] == "active"
    assert node(instance, kept).get("survivor") == b"yes"


def test_watching_is_counted(instance, kept):
    metrics = instance.api("GET", "/metrics", 200).text
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert float(values["ashlar_engine_observed_total"]) > 5
    assert float(values["ashlar_engine_tasks_total"]) == len(heals(instance, kept))


def test_a_certificate_near_its_end_is_renewed_in_time(instance, measured):
    answer = instance.deploy(harness.single(instance, "renewed", tls=True, certificateDays=30))
    assert instance.wait_operation(answer["correlationId"])["state"] == "succeeded"
    identifier = answer["operations"][0]["resourceId"]

    def certificate(refresh=False):
        return instance.cluster(identifier, refresh)["status"]["nodes"][0]["certificate"]["expiresAt"]

    def operations(action):
        items = instance.api("GET", "/operations", 200, params={"resourceId": identifier}).json()["items"]
        return [item for item in items if item["action"] == action]

    before = certificate(refresh=True)
    time.sleep(4 * OBSERVE_INTERVAL)
    assert operations("rotate") == [], "it is new"

    # For a certificate of three years the last thirty days have come, and this one has no more.
    began = time.monotonic()
    answer = instance.api("PATCH", f"/servers/{identifier}", json={"certificateDays": 1095})
    assert answer.ok, answer.text
    renewal = harness.wait_until("it is renewed", lambda: next(
        (item for item in operations("rotate") if item["final"]), None), 60)
    measured("from a certificate's time having come to another one", time.monotonic() - began, "s")
    assert renewal["state"] == "succeeded", renewal["error"]
    assert renewal["actor"] == {"type": "schedule", "id": None, "name": "certificates"}
    why = instance.operation(renewal["id"])["because"]
    assert why == f"the certificate of master-1 expires on {before[:10]}"
    assert certificate(refresh=True) > before

    shown = " ".join(instance.cli("describe", "redis", "renewed").stdout.split())
    assert f"rotate, asked for by schedule 'certificates': {why}" in shown, shown
    time.sleep(4 * OBSERVE_INTERVAL)
    assert len(operations("rotate")) == 1, "once is enough"
    assert operations("heal") == []
    Stock(instance, identifier, instance.directory).node(
        instance.cluster(identifier)["status"]["nodes"][0]["privateAddress"]).set("still", "there")
