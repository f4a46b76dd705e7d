"""What the DigitalOcean provider asks, and what it is answered, against the official specification."""

import collections
import json
import sys

import pytest

import harness

sys.path.append(str(harness.REPOSITORY / "tests/pocketcloud"))
from openapi_contract import Contract  # noqa: E402


def test_every_exchange_of_a_deploy_and_a_delete_fits_the_specification(instance):
    contract = Contract.load()
    if contract is None:
        pytest.skip("the official DigitalOcean specification is not beside this checkout")
    spec = harness.sentinel_cluster(instance, "contract", replicas=1)
    deploy = instance.deploy(spec)
    assert instance.wait_operation(deploy["correlationId"])["state"] == "succeeded"
    instance.cli("delete", "redis", "contract", "--yes")

    problems = contract.check_record(instance.record)
    assert problems == []
    asked = collections.Counter(
        (exchange["method"], exchange["path"].split("?")[0].rstrip("0123456789-abcdef"))
        for exchange in map(json.loads, instance.record.read_text().splitlines()))
    # Enough of the provider was seen for the empty list of problems to mean something.
    assert {method for method, _ in asked} >= {"GET", "POST", "DELETE"} and len(asked) >= 8, asked
