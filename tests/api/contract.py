"""Requests against a running server, each answer held against api/openapi.yaml."""

import pathlib
import re

import jsonschema
import requests
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = yaml.safe_load((REPOSITORY / "api/openapi.yaml").read_text())
RESOLVER = jsonschema.RefResolver.from_schema(DOCUMENT)
METHODS = ("get", "put", "post", "delete", "patch")


def resolved(node):
    """The node itself, or what its $ref names."""
    while "$ref" in node:
        node = RESOLVER.resolve(node["$ref"])[1]
    return node


OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items() if method in METHODS
}


def faults(schema, value):
    validator = jsonschema.Draft202012Validator(
        schema, resolver=RESOLVER, format_checker=jsonschema.FormatChecker())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
            for error in validator.iter_errors(value)]


class Contract:
    """Calls operations by their operationId and remembers which statuses were seen."""

    def __init__(self, url, token):
        self.url = url + "/api"
        self.token = token
        self.seen = {}

    def send(self, operation_id, query=None, headers=None, token=None, **arguments):
        """One request; the answer is held against the contract whatever its status is."""
        method, path, operation = OPERATIONS[operation_id]
        body = arguments.pop("json", None)
        text = arguments.pop("text", None)  # instead of `json`: as it is
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace("{" + name + "}", arguments.pop(name))
        assert not arguments, f"unused: {arguments}"
        sent = {"Authorization": f"Bearer {token or self.token}", **(headers or {})}
        if text is not None:
            sent["Content-Type"] = "application/json"
        answer = requests.request(method, self.url + path, params=query, json=body, data=text,
                                  headers=sent, timeout=60)
        self.check(operation_id, operation, answer)
        return answer

    def call(self, operation_id, expected, **arguments):
        answer = self.send(operation_id, **arguments)
        assert answer.status_code == expected, \
            f"{operation_id}: {answer.status_code} instead of {expected}: {answer.text}"
        self.seen.setdefault(operation_id, set()).add(expected)
        return answer

    def check(self, operation_id, operation, answer):
        responses = operation["responses"]
        status = str(answer.status_code)
        assert status in responses or "default" in responses, \
            f"{operation_id} answers {status}, which the contract does not know"
        response = resolved(responses.get(status) or responses["default"])
        for name, header in response.get("headers", {}).items():
            assert name in answer.headers, f"{operation_id}: the header {name} is missing"
            assert faults(header["schema"], answer.headers[name]) == []
        if "content" not in response:
            assert answer.content == b"", f"{operation_id}: a body where none is promised"
            return
        media = answer.headers["Content-Type"].split(";")[0]
        assert media in response["content"], f"{operation_id}: unexpected {media}"
        schema = response["content"][media]["schema"]
        value = answer.json() if media.endswith("json") else answer.text
        assert faults(schema, value) == [], f"{operation_id} {status}: {answer.text}"
