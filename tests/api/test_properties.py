"""The contract and the server say the same: what the one allows the other takes, what it does not is refused.

Made up by hypothesis from the contract's schemas, always the same requests; ASHLAR_CONTRACT_EXAMPLES=1000 looks
further. What is allowed may still be impossible (a region that does not exist): such a refusal says so by the code
`rule`, and never by `schema`.
"""

import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contract as contract_module
import made_up
from test_contract import deploy_body, spec, wait_final

OPERATIONS = contract_module.OPERATIONS
EXAMPLES = int(os.environ.get("ASHLAR_CONTRACT_EXAMPLES", "30"))
PROPERTY = settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
                    suppress_health_check=list(HealthCheck))
# A cluster that this provider could make, so that what is made up beside it decides.
SOUND = {key: value for key, value in spec("made-up", targetClusters=["redis-single"]).items()
         if key in ("name", "type", "region", "desiredState", "targetClusters")}
# These would take away what the others need, so they are asked for what does not exist.
ENDING = {"deleteServer", "deleteRedis", "revokeToken", "cancelOperation", "retryOperation", "destroyOrphan"}
ACTIONS = {name.removesuffix("Server"): name for name in OPERATIONS
           if OPERATIONS[name][1].startswith("/servers/{id}/") and OPERATIONS[name][0] == "PATCH"
           and name not in {"reassignServer", "reissueServer", "throttleServer"}}


NO_BODY = object()  # null is one


class Subject:
    """A server with one resource, whose only operation failed."""

    def __init__(self, server):
        self.contract = server.contract()
        deployed = self.contract.call("deployRedis", 202, json=deploy_body(spec("subject"))).json()
        wait_final(self.contract, deployed["correlationId"])
        self.resource = deployed["operations"][0]["resourceId"]
        self.operation = deployed["correlationId"]
        operation = self.contract.call("getOperation", 200, id=self.operation).json()
        self.step = operation["steps"][0]["id"]

    def arguments(self, name):
        path = OPERATIONS[name][1]
        known = self.operation if path.startswith("/operations") else self.resource
        arguments = {"id": "nothing" if name in ENDING else known, "stepId": self.step}
        return {key: value for key, value in arguments.items() if f"{{{key}}}" in path}

    def send(self, name, body=NO_BODY, query=None, headers=None, **arguments):
        text = {} if body is NO_BODY else {"text": json.dumps(body)}
        return self.contract.send(name, query=query, headers=headers,
                                  **{**self.arguments(name), **text, **arguments})


@pytest.fixture(scope="module")
def subject(server):
    return Subject(server)


def body_schema(name):
    if name == "updateServer":
        name = "updateRedis"  # of what the subject is; a patch of any kind fits the contract of any resource
    content = OPERATIONS[name][2].get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("schema")


def sound(name, body):
    """The same with a cluster that can be made."""
    if name == "plan" and body["kind"] == "redis":
        return {**body, "spec": {**body["spec"], **SOUND}}
    if name == "deployRedis":
        return {**body, "clusters": [{**body["clusters"][0], **SOUND}]}
    return body


@st.composite
def allowed_body(draw, name):
    body = draw(made_up.allowed(body_schema(name)))
    return sound(name, body) if draw(st.booleans()) else body


def refusal_codes(answer):
    return {error["code"] for error in answer.json()["errors"]}


def assert_taken(answer, sent):
    """Done, or refused for a rule, for what there is, or for the state it is in."""
    if answer.status_code in (400, 422):
        assert refusal_codes(answer) == {"rule"}, (sent, answer.text)
    else:
        assert answer.status_code < 500 and answer.status_code not in (413, 415), (sent, answer.text)


def assert_refused(answer, sent):
    """For its form; only where the resource's state forbids the action altogether, that may be said first."""
    assert answer.status_code in (400, 409, 415, 422), (sent, answer.status_code, answer.text)


# The subject is a cluster of Redis: another kind's routes do not find it, and it has not all actions.
NOT_OF_THE_SUBJECT = {"getKafka", "updateKafka", "reassignServer", "reissueServer", "throttleServer"}
WITH_BODY = sorted(name for name in OPERATIONS if body_schema(name) and name not in {"planAction", *NOT_OF_THE_SUBJECT})
WITH_QUERY = sorted(name for name in OPERATIONS
                    if made_up.parameters_of(OPERATIONS[name][2], "query") and name not in NOT_OF_THE_SUBJECT)
WITH_HEADERS = sorted(name for name in OPERATIONS
                      if set(made_up.parameters_of(OPERATIONS[name][2], "header")) - {"X-CSRF-Token"})


@pytest.mark.parametrize("name", WITH_BODY)
def test_bodies_that_the_contract_allows_are_taken(subject, name):
    @PROPERTY
    @given(allowed_body(name))
    def holds(body):
        assert_taken(subject.send(name, body), body)
    holds()


@pytest.mark.parametrize("name", WITH_BODY)
def test_bodies_that_the_contract_forbids_are_refused(subject, name):
    @PROPERTY
    @given(made_up.forbidden(body_schema(name), allowed_body(name)))
    def holds(body):
        assert_refused(subject.send(name, body), body)
    holds()


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_previews_of_actions_take_what_the_actions_take(subject, action):
    schema = body_schema(ACTIONS[action])

    @PROPERTY
    @given(made_up.allowed(schema))
    def allowed(body):
        assert_taken(subject.send("planAction", body, action=action), body)

    @PROPERTY
    @given(made_up.forbidden(schema))
    def forbidden(body):
        assert_refused(subject.send("planAction", body, action=action), body)
    allowed()
    forbidden()


@pytest.mark.parametrize("name", WITH_QUERY)
def test_query_parameters(subject, name):
    schemas = made_up.parameters_of(OPERATIONS[name][2], "query")

    @PROPERTY
    @given(made_up.allowed_parameters(schemas))
    def allowed(query):
        assert_taken(subject.send(name, query=query), query)

    @PROPERTY
    @given(made_up.forbidden_parameters(schemas))
    def forbidden(query):
        answer = subject.send(name, query=query)
        assert answer.status_code == 400, (query, answer.text)
    allowed()
    forbidden()


def can_be_sent(value):
    """As a header: a space around a value is not part of it, and a line break ends it."""
    return value == value.strip() and value.isprintable() and value.isascii()


@pytest.mark.parametrize("name", WITH_HEADERS)
def test_headers(subject, name):
    schemas = made_up.parameters_of(OPERATIONS[name][2], "header")
    schemas.pop("X-CSRF-Token", None)
    body = {} if body_schema(name) else NO_BODY

    @PROPERTY
    @given(made_up.allowed_parameters(schemas))
    def allowed(headers):
        headers = {name: value for name, value in headers.items() if can_be_sent(value)}
        answer = subject.send(name, body, headers=headers)
        assert answer.status_code != 400, (headers, answer.text)

    @PROPERTY
    @given(made_up.forbidden_parameters(schemas))
    def forbidden(headers):
        if not all(map(can_be_sent, headers.values())):
            return
        answer = subject.send(name, body, headers=headers)
        assert 400 <= answer.status_code < 500, (headers, answer.text)
    allowed()
    forbidden()


def test_every_request_of_the_contract_was_made_up():
    """What takes nothing from its caller but an id is left to test_contract.py."""
    covered = {*WITH_BODY, *WITH_QUERY, *WITH_HEADERS, *NOT_OF_THE_SUBJECT, "planAction"}
    for name in set(OPERATIONS) - covered:
        operation = OPERATIONS[name][2]
        assert "requestBody" not in operation, name
        parameters = [contract_module.resolved(one) for one in operation.get("parameters", [])]
        assert {one["name"] for one in parameters if one["in"] != "path"} <= {"X-CSRF-Token"}, name


@pytest.mark.parametrize("text", ["10.0.0.0\0/8", "10.0.0.0/8\n", "\x8510.0.0.0/8"])
def test_no_control_character_passes(subject, text):
    cluster = {**SOUND, "clientRanges": ["10.0.0.0/8", text]}
    answer = subject.send("plan", {"kind": "redis", "spec": cluster})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["path"] == "spec.clientRanges[1]" and "control character" in error["message"]
    assert not re.search("[\x00-\x1f\x7f-\x9f]", error["message"])
