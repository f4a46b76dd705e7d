"""The validator finds what is wrong; and all that the other tests recorded is right."""

import copy
import re

import pytest

import openapi_contract

GOOD = {"method": "POST", "path": "/v2/account/keys", "query": {}, "dropped": False, "status": 201,
        "request_body": {"name": "k", "public_key": "ssh-ed25519 AAAA"},
        "headers": {"RateLimit-Limit": "1", "RateLimit-Remaining": "1", "RateLimit-Reset": "1"},
        "body": {"ssh_key": {"id": 1, "fingerprint": "a", "public_key": "b", "name": "c"}}}

BAD = {
    "a missing response field": (("body", "ssh_key"), {"id": 1}, "required property"),
    "a response field of the wrong type": (("body", "ssh_key", "id"), "one", "not of type 'integer'"),
    "a missing request field": (("request_body",), {"name": "k"}, "'public_key' is a required"),
    "an unknown query parameter": (("query",), {"colour": "red"}, "'colour' is not in"),
    "a missing header": (("headers",), {}, "'ratelimit-limit' is missing"),
    "an unknown path": (("path",), "/v2/nowhere", "no such operation"),
    "an error without its form": (("status",), 500, "required property"),
}


@pytest.fixture(scope="module")
def contract():
    loaded = openapi_contract.Contract.load()
    if loaded is None:
        pytest.skip(f"the official specification is not at {openapi_contract.specification_path()}; "
                    "set ASHLAR_DIGITALOCEAN_SPEC")
    return loaded


def test_a_good_exchange_is_clean(contract):
    assert contract.check(GOOD) == []


@pytest.mark.parametrize("name", BAD)
def test_the_validator_finds(contract, name):
    path, value, message = BAD[name]
    exchange = copy.deepcopy(GOOD)
    target = exchange
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    problems = contract.check(exchange)
    assert any(message in problem for problem in problems), problems


def test_a_discriminator_says_which_schema_is_meant(contract):
    exchange = {**GOOD, "path": "/v2/droplets/actions", "query": {"tag_name": "a"}, "status": 201,
                "request_body": {"type": "power_off"}, "body": {"actions": []}}
    assert contract.check(exchange) == []
    assert contract.check({**exchange, "request_body": {"type": "dance"}}) != []
    assert contract.check({**exchange, "request_body": {}}) != []


def test_null_is_only_where_the_specification_allows_it(contract):
    action = {"id": 1, "status": "completed", "type": "create", "started_at": "2026-01-01T00:00:00Z",
              "completed_at": None, "resource_id": 1, "resource_type": "droplet"}
    exchange = {**GOOD, "method": "GET", "path": "/v2/actions/1", "status": 200, "request_body": None,
                "body": {"action": action}}
    assert contract.check(exchange) == []
    exchange["body"] = {"action": {**action, "started_at": None}}
    assert contract.check(exchange) != []


def test_the_cloud_knows_every_route_of_the_specification(contract):
    """What is not offered is told from what does not exist: the list in the program is the specification's."""
    header = (openapi_contract.ROOT / "pocketcloud/specified_routes.hpp").read_text()
    listed = {tuple(line.split()) for line in re.search(r'R"\((.*?)\)"', header, re.S)[1].splitlines()}
    specified = {(path, *(m.upper() for m in openapi_contract.METHODS if m in operations))
                 for path, operations in contract.paths.items() if path.startswith("/v2/")}
    assert {(path, *sorted(methods)) for path, *methods in listed} == \
        {(path, *sorted(methods)) for path, *methods in specified}


EXPECTED = {
    "GET /v2/account", "GET /v2/account/keys", "POST /v2/account/keys", "GET /v2/account/keys/{ssh_key_identifier}",
    "PUT /v2/account/keys/{ssh_key_identifier}", "DELETE /v2/account/keys/{ssh_key_identifier}",
    "GET /v2/regions", "GET /v2/sizes", "GET /v2/images", "GET /v2/images/{image_id}",
    "GET /v2/droplets", "POST /v2/droplets", "DELETE /v2/droplets", "GET /v2/droplets/{droplet_id}",
    "DELETE /v2/droplets/{droplet_id}", "GET /v2/droplets/{droplet_id}/actions",
    "POST /v2/droplets/{droplet_id}/actions", "POST /v2/droplets/actions", "GET /v2/droplets/{droplet_id}/actions/{action_id}",
    "GET /v2/droplets/{droplet_id}/firewalls", "GET /v2/actions", "GET /v2/actions/{action_id}",
    "GET /v2/vpcs", "POST /v2/vpcs", "GET /v2/vpcs/{vpc_id}", "PUT /v2/vpcs/{vpc_id}", "PATCH /v2/vpcs/{vpc_id}",
    "DELETE /v2/vpcs/{vpc_id}", "GET /v2/vpcs/{vpc_id}/members",
    "GET /v2/firewalls", "POST /v2/firewalls", "GET /v2/firewalls/{firewall_id}", "PUT /v2/firewalls/{firewall_id}",
    "DELETE /v2/firewalls/{firewall_id}",
    *(f"{method} /v2/firewalls/{{firewall_id}}/{part}" for method in ("POST", "DELETE")
      for part in ("droplets", "tags", "rules")),
    "GET /v2/tags", "POST /v2/tags", "GET /v2/tags/{tag_id}", "DELETE /v2/tags/{tag_id}",
    "POST /v2/tags/{tag_id}/resources", "DELETE /v2/tags/{tag_id}/resources",
}


def test_all_traffic_is_as_specified(contract, cloud, request):
    contract.covered.clear()
    assert contract.check_record(cloud.record) == []
    whole_suite = len(request.session.items) > 40
    if whole_suite:
        assert EXPECTED - contract.covered == set(), "operations that no test used"
