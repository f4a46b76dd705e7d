"""Every operation of the contract, against a real `ashlar serve` and a provider that makes nothing."""

import re
import time

import pytest
import requests

import contract as contract_module

PASSWORD = "canary-system-password-8c9f"


def spec(name, **more):
    return {"name": name, "type": "single", "region": "nyc1", "vpcUUID": None, "enableTLS": False,
            "systemPassword": PASSWORD,
            "desiredState": {"roles": {"master": {"count": 1, "size": "s-1vcpu-1gb", "nodes": []}}},
            **more}


def deploy_body(*clusters):
    return {"targetClusters": ["redis-single"], "clusters": list(clusters)}


@pytest.fixture(scope="module")
def contract(server):
    return server.contract()


def wait_final(contract, identifier, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        operation = contract.call("getOperation", 200, id=identifier).json()
        if operation["final"]:
            return operation
        time.sleep(0.05)
    raise AssertionError(f"not final: {operation}")


@pytest.fixture(scope="module")
def failed(contract):
    """A deployment that the provider refused."""
    answer = contract.call("deployRedis", 202, json=deploy_body(spec("refused")),
                           headers={"Idempotency-Key": "refused-1"}).json()
    operation = wait_final(contract, answer["correlationId"])
    assert operation["state"] == "failed", operation
    assert "this provider makes nothing" in operation["error"], operation["error"]
    return answer["operations"][0]


def test_system_routes(contract):
    for operation in ("getHealth", "getLiveness", "getReadiness", "getMe", "getMetrics"):
        contract.call(operation, 200)


def test_session_routes(contract):
    begun = contract.call("createSession", 200, json={"token": contract.token},
                          headers={"Authorization": ""})
    session = {"Authorization": "", "Cookie": begun.headers["Set-Cookie"].split(";")[0]}
    assert contract.call("getSession", 200, headers=session).json() == begun.json()
    contract.call("deleteSession", 403, headers=session)
    contract.call("deleteSession", 204,
                  headers={**session, "X-CSRF-Token": begun.json()["csrfToken"]})
    contract.call("getSession", 401, headers=session)
    contract.call("createSession", 401, json={"token": "wrong"})
    contract.call("createSession", 422, json={})


def test_token_routes(contract, server):
    made = contract.call("createToken", 201, json={"name": "viewer",
                                                   "permissions": ["servers:read"]}).json()
    listed = contract.call("listTokens", 200)
    assert [token["name"] for token in listed.json()["items"]] == ["administrator", "viewer"]
    assert made["token"] not in listed.text and contract.token not in listed.text
    contract.call("listServers", 200, token=made["token"])
    contract.call("listTokens", 403, token=made["token"])
    contract.call("createToken", 403, token=made["token"],
                  json={"name": "more", "permissions": ["servers:read"]})
    contract.call("createToken", 422, json={"name": "", "permissions": ["no:such"]})
    own = contract.call("getMe", 200).json()["tokenId"]
    contract.call("revokeToken", 409, id=own)
    contract.call("revokeToken", 204, id=made["id"])
    contract.call("revokeToken", 404, id=made["id"])
    contract.call("listServers", 401, token=made["token"])
    log = server.log.read_text()
    assert made["token"] not in log and f"token {made['id']} was revoked" in log


def test_catalog_routes(contract):
    assert contract.call("listRegions", 200).json()["items"][0]["slug"] == "nyc1"
    sizes = contract.call("listSizes", 200).json()["items"]
    assert [size["memoryBytes"] for size in sizes] == [1 << 30, 2 << 30]
    provider = contract.call("listProviders", 200).json()["items"][0]
    assert provider["usable"] and provider["quotaRemaining"] == 4321


def test_kind_routes(contract):
    kinds = contract.call("listKinds", 200).json()["items"]
    for kind in kinds:
        assert contract.call("getKind", 200, kind=kind["name"]).json() == kind
        assert {f"{kind['collection']}/deploy", kind["collection"], kind["collection"] + "/{id}"} <= set(
            path for _, path, _ in contract_module.OPERATIONS.values())
    contract.call("getKind", 404, kind="kettle")


def members(schema):
    """The names that a body may have, at any depth."""
    schema = contract_module.resolved(schema)
    found = set()
    for name, value in schema.get("properties", {}).items():
        found |= {name} | members(value)
    for one in [*schema.get("oneOf", []), *schema.get("anyOf", []), *schema.get("allOf", [])]:
        found |= members(one)
    return found


def test_a_kind_and_the_contract_say_the_same_of_an_action(contract):
    kinds = {kind["name"]: {action["name"]: action["arguments"] for action in kind["actions"]}
             for kind in contract.call("listKinds", 200).json()["items"]}
    assert set().union(*kinds.values()) == {"update", *ACTIONS}
    for action in ACTIONS:
        _, _, operation = contract_module.OPERATIONS[f"{action}Server"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        # What the contract says is what the kinds together say.
        said = set().union(*(members(actions[action]) for actions in kinds.values() if action in actions))
        assert said == members(body), action
    assert kinds["redis"]["rotate"]["properties"]["systemPassword"]["writeOnly"] is True


def test_orphan_routes(contract):
    """This provider has nothing; tests/e2e/test_faults.py has orphans."""
    assert contract.call("listOrphans", 200).json() == {"items": [], "next": None, "monthlyUsd": 0}
    contract.call("destroyOrphan", 404, provider="digitalocean", type="machine", id="1")
    contract.call("destroyOrphan", 404, provider="nowhere", type="machine", id="1")
    viewer = contract.call("createToken", 201, json={"name": "orphans-viewer",
                                                     "permissions": ["orphans:read"]}).json()
    contract.call("listOrphans", 200, token=viewer["token"])
    contract.call("destroyOrphan", 403, token=viewer["token"],
                  provider="digitalocean", type="machine", id="1")
    contract.call("revokeToken", 204, id=viewer["id"])


def test_plan(contract):
    plan = contract.call("plan", 200, json={"kind": "redis", "spec": {
        **spec("planned"), "targetClusters": ["redis-single"]}}).json()
    assert not plan["empty"] and plan["resourceId"] is None
    assert plan["monthlyUsdAfter"] == 6.0
    assert plan["reassurance"] and plan["dangers"] == [] and plan["requiredActions"] == []
    contract.call("plan", 422, json={"kind": "redis", "spec": {}})


def test_plan_and_deploy_judge_alike(contract, failed):
    nowhere = {**spec("nowhere"), "vpcUUID": "c0ffee00-0000-4000-8000-000000000000"}
    taken = spec("refused")
    only_new = {"If-None-Match": "*"}
    for wrong, status, headers, field in ((nowhere, 422, {}, "vpcUUID"), (taken, 412, only_new, "name")):
        planned = contract.call("plan", status, json={"kind": "redis", "spec": wrong}, headers=headers)
        deployed = contract.call("deployRedis", status, json=deploy_body(wrong), headers=headers)
        (one,), (other,) = planned.json()["errors"], deployed.json()["errors"]
        assert one["path"] == f"spec.{field}" and other["path"] == f"clusters[0].{field}"
        assert one["message"] == other["message"]


def test_refused_deployment_is_explained(contract, failed):
    operation = failed["correlationId"]
    contract.call("listOperations", 200, query={"limit": 1})
    page = contract.call("listEvents", 200, id=operation).json()
    assert page["next"] is None and page["items"]
    asked = page["operation"]["actor"]
    assert asked["type"] == "token" and asked["name"] == "administrator"
    assert all(event["actor"] == asked for event in page["items"])
    contract.call("streamEvents", 200, id=operation)
    contract.call("streamEvents", 200, id=operation, query={"output": "true"})
    step = next(s for s in contract.call("getOperation", 200, id=operation).json()["steps"]
                if s["state"] == "failed")
    output = contract.call("readStepOutput", 200, id=operation, stepId=step["id"],
                           query={"offset": 0}).json()
    assert output["text"] == "" and output["complete"] and output["outputBytes"] == 0
    contract.call("listRedis", 200)
    row = contract.call("listServers", 200, query={
        "kind": "redis", "name": "refuse", "sort": "monthlyUsd", "order": "asc"}).json()["items"][0]
    assert row["id"] == failed["resourceId"] and row["operation"]["id"] == operation
    # Nothing came to stand at the provider, and nothing is paid for.
    assert row["monthlyUsd"] == 0.0 and row["nodeCounts"]["master"] == 1
    contract.call("listServerEvents", 200, id=failed["resourceId"])
    contract.call("getSeries", 200, id=failed["resourceId"])
    contract.call("getRedis", 200, id=failed["resourceId"])
    server = contract.call("getServer", 200, id=failed["resourceId"])
    assert server.headers["ETag"] == '"1"'


def test_refresh_answers_within_the_contract(contract, failed):
    contract.call("getServer", 200, id=failed["resourceId"], query={"refresh": "true"})


def test_credentials_hold_the_password_and_nothing_else_does(contract, server, failed):
    answer = contract.call("getCredentials", 200, id=failed["resourceId"])
    assert answer.json()["password"] == PASSWORD
    for operation in ("getServer", "getRedis", "planDelete"):
        assert PASSWORD not in contract.call(operation, 200, id=failed["resourceId"]).text
    for operation in ("getOperation", "listEvents", "streamEvents"):
        assert PASSWORD not in contract.call(operation, 200, id=failed["correlationId"]).text
    log = server.log.read_text()
    for canary in (PASSWORD, "canary-provider-token", server.token()):
        assert canary not in log


def test_repeating_with_the_same_key_is_the_same_operation(contract, failed):
    again = contract.call("deployRedis", 202, json=deploy_body(spec("refused")),
                          headers={"Idempotency-Key": "refused-1"}).json()
    assert again["correlationId"] == failed["correlationId"]
    contract.call("deployRedis", 409, json=deploy_body(spec("another")),
                  headers={"Idempotency-Key": "refused-1"})


def test_tables_of_many(contract, failed):
    page = contract.call("listServers", 200, query={"state": "failed,degraded", "limit": 1}).json()
    assert page["total"] >= 1 and len(page["items"]) == 1
    assert contract.call("listServers", 200, query={"region": "ams3"}).json()["total"] == 0
    assert contract.call("listOperations", 200, query={"state": "succeeded"}).json()["total"] == 0
    for query in ({"state": "asleep"}, {"sort": "colour"}, {"order": "up"}, {"cursor": "x"}):
        contract.call("listServers", 400, query=query)
    contract.call("getSeries", 400, id=failed["resourceId"], query={"minutes": 361})
    contract.call("listServerEvents", 400, id=failed["resourceId"], query={"cursor": "x"})


def test_update_by_patch(contract):
    answer = contract.call("deployRedis", 202, json=deploy_body(spec("patched"))).json()
    wait_final(contract, answer["correlationId"])
    identifier = answer["operations"][0]["resourceId"]
    patch = {"desiredState": {"roles": {"master": {"size": "s-2vcpu-2gb"}}}}
    contract.call("updateServer", 412, id=identifier, json=patch, headers={"If-Match": '"9"'})
    contract.call("updateServer", 422, id=identifier, json={"region": "mars1"})
    contract.call("updateRedis", 412, id=identifier, json=patch, headers={"If-Match": '"9"'})


ACTIONS = ("upgrade", "downgrade", "stop", "start", "switchover", "rotate", "heal", "reassign", "reissue", "throttle")


def test_actions(contract, failed):
    identifier = failed["resourceId"]
    # What the kind of this one does not have.
    contract.call("reassignServer", 404, id=identifier, json={})
    contract.call("reissueServer", 404, id=identifier, json={})
    contract.call("throttleServer", 404, id=identifier, json={"bytesPerSecond": 0})
    for action in set(ACTIONS) - {"reassign", "reissue", "throttle"}:
        # The cluster of these tests has a single node, so there is nobody to hand over to.
        wrong = 409 if action == "switchover" else 422
        contract.call(f"{action}Server", wrong, id=identifier, json={"sideways": 1})
        contract.call(f"{action}Server", 412, id=identifier, json={}, headers={"If-Match": '"9"'})
    contract.call("planAction", 404, id=identifier, action="explode", json={})
    contract.call("planAction", 422, id=identifier, action="update", json={"region": "mars1"})
    plan = contract.call("planAction", 200, id=identifier, action="update",
                         json={"heal": "none"}).json()
    assert {"path": "heal", "before": "safe", "after": "none"} in plan["specChanges"]
    secret = "canary-rotated-1b7d"
    answer = contract.call("rotateServer", 422, id=identifier,
                           json={"what": "certificates", "systemPassword": secret})
    assert secret not in answer.text


def test_drift(contract, failed):
    drift = contract.call("getDrift", 200, id=failed["resourceId"], query={"refresh": "true"}).json()
    assert drift["name"] == "refused"


def test_retry_and_cancel(contract, failed):
    operation = failed["correlationId"]
    contract.call("retryOperation", 202, id=operation)
    assert wait_final(contract, operation)["state"] == "failed"
    contract.call("cancelOperation", 202, id=operation)
    assert wait_final(contract, operation)["state"] == "cancelled"
    contract.call("retryOperation", 409, id=operation)
    # Undoing a first deployment leaves nothing, not even the resource.
    contract.call("getServer", 404, id=failed["resourceId"])


@pytest.mark.parametrize("delete", ["deleteServer", "deleteRedis"])
def test_delete(contract, delete):
    answer = contract.call("deployRedis", 202, json=deploy_body(spec(f"unwanted-{delete[6:].lower()}"))).json()
    wait_final(contract, answer["correlationId"])
    identifier = answer["operations"][0]["resourceId"]
    contract.call("planDelete", 200, id=identifier)
    contract.call(delete, 412, id=identifier, headers={"If-Match": '"9"'})
    answer = contract.call(delete, 202, id=identifier, headers={"If-Match": '"1"'}).json()
    assert wait_final(contract, answer["correlationId"])["state"] == "succeeded"
    contract.call("getServer", 404, id=identifier)
    contract.call("listRedis", 200, query={"limit": 200})


def test_the_routes_of_another_kind(contract):
    cluster = {"name": "other-kind", "type": "kafka-single", "region": "nyc1",
               "desiredState": {"roles": {"broker": {"count": 1, "size": "s-1vcpu-1gb"}}}}
    answer = contract.call("deployKafka", 202, json={"clusters": [cluster]}).json()
    wait_final(contract, answer["correlationId"])
    identifier = answer["operations"][0]["resourceId"]
    assert contract.call("getKafka", 200, id=identifier).json()["kind"] == "kafka"
    assert identifier in [one["id"] for one in contract.call("listKafka", 200).json()["items"]]
    answer = contract.call("deleteKafka", 202, id=identifier).json()
    assert wait_final(contract, answer["correlationId"])["state"] == "succeeded"


REFUSALS = [(401, {"Authorization": "Bearer wrong"}), (401, {"Authorization": ""})]


@pytest.mark.parametrize("operation_id", sorted(contract_module.OPERATIONS))
def test_refusals_are_within_the_contract(contract, operation_id):
    method, path, operation = contract_module.OPERATIONS[operation_id]
    arguments = {name: "nothing" for name in re.findall(r"{(\w+)}", path)}
    if operation.get("security") == []:
        return
    for status, headers in REFUSALS:
        contract.call(operation_id, status, headers=headers, **arguments)
    if arguments:
        contract.call(operation_id, 404, json={} if method == "PATCH" else None, **arguments)


@pytest.mark.parametrize("size, status", [(2 << 20, 413), (8 << 20, 413)])
def test_bodies_that_are_too_large(contract, size, status):
    try:
        answer = requests.post(contract.url + "/plans", data=b'"' + b"x" * size + b'"', timeout=30,
                               headers={"Authorization": f"Bearer {contract.token}",
                                        "Content-Type": "application/json"})
    except requests.ConnectionError:
        # A server may cut a sender off that goes on after the answer.
        assert size > 4 << 20
        return
    assert answer.status_code == status, answer.text
    assert contract_module.faults({"$ref": "#/components/schemas/Problem"}, answer.json()) == []


def test_examples_of_the_contract_fit_their_schemas():
    checked = 0
    for method, path, operation in contract_module.OPERATIONS.values():
        bodies = [operation.get("requestBody", {})]
        bodies += [contract_module.resolved(r) for r in operation["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                examples = [e["value"] for e in media.get("examples", {}).values()]
                examples += [media["example"]] if "example" in media else []
                for example in examples:
                    assert contract_module.faults(media["schema"], example) == [], (method, path)
                    checked += 1
    assert checked > 10


def test_examples_of_requests_are_accepted(contract):
    content = contract_module.OPERATIONS["plan"][2]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        example["value"]["spec"]["region"] = "nyc1"  # the provider of these tests sells nothing elsewhere
        contract.call("plan", 200, json=example["value"])


def test_every_operation_was_called_with_success(contract):
    """Stands last: what the tests above have not covered is named here."""
    without = [name for name in contract_module.OPERATIONS
               if not any(status < 300 for status in contract.seen.get(name, ()))]
    # Nothing stands on this provider, so there is nothing to change; src/api/actions_test.cpp does.
    assert set(without) <= {"destroyOrphan", "updateServer", "updateRedis", "updateKafka", *(f"{action}Server" for action in ACTIONS)}
