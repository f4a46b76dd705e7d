"""Holds recorded traffic against DigitalOcean's official OpenAPI specification.

    contract = Contract.load()          # None where the specification is not at hand
    problems = contract.check_record("traffic.jsonl")

The recording is what `pocketcloud serve --record FILE` writes: one exchange a line. Requests (path,
query, body) and responses (status, headers, body) are both checked. As a program:

    python3 openapi_contract.py traffic.jsonl
"""

import json
import os
import pathlib
import re
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_SPECIFICATION = ROOT.parent / "shared/digitalocean/openapi.json"
METHODS = ("get", "put", "post", "delete", "patch", "head")


def specification_path():
    return pathlib.Path(os.environ.get("ASHLAR_DIGITALOCEAN_SPEC", DEFAULT_SPECIFICATION))


class Contract:
    def __init__(self, specification):
        self.paths = specification["paths"]
        self.document = as_json_schema(specification)
        self.resolver = jsonschema.RefResolver("", self.document)
        self.patterns = sorted(((self.pattern(path), path) for path in self.paths),
                               key=lambda entry: entry[1].count("{"))
        self.covered = set()

    @classmethod
    def load(cls):
        path = specification_path()
        return cls(json.loads(path.read_text())) if path.exists() else None

    @staticmethod
    def pattern(path):
        return re.compile("^" + re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path)) + "$")

    def check_record(self, path, requests=True):
        """Every deviation in a recording, as texts; an empty list is a clean recording. Without `requests`,
        in answers only: for clients that ask for more than the specification has."""
        problems = []
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                problems += [f"line {number}: {problem}" for problem in self.check(json.loads(line), requests)]
        return problems

    def check(self, exchange, requests=True):
        method, path = exchange["method"].lower(), exchange["path"]
        where = f"{method.upper()} {path}"
        template = next((path_ for pattern, path_ in self.patterns
                         if pattern.match(path) and method in self.paths[path_]), None)
        if template is None:
            # Asking for what does not exist is an honest mistake only when it is told so.
            told = exchange["status"] in (404, 405)
            return [] if told else [f"{where}: no such operation in the specification"]
        operation = self.document["paths"][template][method]
        self.covered.add(f"{method.upper()} {template}")
        problems = self.check_response(operation, exchange)
        # What the server refused as malformed may well be malformed.
        if requests and (exchange["dropped"] or exchange["status"] < 400):
            problems += self.check_request(operation, template, exchange)
        return [f"{where}: {problem}" for problem in problems]

    def check_request(self, operation, template, exchange):
        problems = []
        parameters = [self.resolve(p) for p in operation.get("parameters", [])
                      + self.document["paths"][template].get("parameters", [])]
        known = {p["name"]: p for p in parameters if p["in"] == "query"}
        for name, value in exchange["query"].items():
            if name not in known:
                problems.append(f"query parameter '{name}' is not in the specification")
            else:
                problems += self.violations(known[name]["schema"], from_text(value, known[name]["schema"]),
                                            f"query parameter {name}")
        body = self.resolve(operation.get("requestBody", {}))
        schema = body.get("content", {}).get("application/json", {}).get("schema")
        if exchange["request_body"] is not None and schema is None:
            problems.append("the request has a body and the specification has none")
        elif exchange["request_body"] is not None:
            problems += self.violations(schema, exchange["request_body"], "request")
        elif body.get("required"):
            problems.append("the request lacks its body")
        return problems

    def check_response(self, operation, exchange):
        if exchange["dropped"]:
            return []
        responses = operation["responses"]
        response = responses.get(str(exchange["status"]), responses.get("default"))
        if response is None:
            return [f"status {exchange['status']} is not in the specification"]
        response = self.resolve(response)
        sent = {name.lower() for name in exchange["headers"]}
        problems = [f"response header '{name}' is missing" for name in response.get("headers", {})
                    if name.lower() not in sent]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema is None and exchange["body"] is not None:
            problems.append(f"status {exchange['status']} has no body in the specification")
        elif schema is not None and exchange["body"] is None:
            problems.append(f"status {exchange['status']} lacks its body")
        elif schema is not None:
            problems += self.violations(schema, exchange["body"], f"response {exchange['status']}")
        return problems

    def violations(self, schema, value, where):
        validator = jsonschema.Draft7Validator(schema, resolver=self.resolver)
        return [f"{where} {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
                for error in validator.iter_errors(value)]

    def resolve(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node


def from_text(text, schema):
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def chosen_by(discriminator):
    """A `oneOf` with a discriminator: the value of one property says which schema is meant, also where the value would
    be valid under several."""
    name, mapping = discriminator["propertyName"], discriminator["mapping"]
    return {"type": "object", "required": [name], "properties": {name: {"enum": list(mapping)}},
            "allOf": [{"if": {"properties": {name: {"const": value}}}, "then": {"$ref": reference}}
                      for value, reference in mapping.items()]}


def as_json_schema(specification):
    """OpenAPI 3.0's `nullable` and discriminators in JSON Schema's terms; the rest of its schemas already are."""
    document = json.loads(json.dumps(specification))

    def target(node):
        while isinstance(node, dict) and "$ref" in node:
            found = document
            for part in node["$ref"].lstrip("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def is_nullable(node):
        node = target(node)
        return isinstance(node, dict) and (node.get("nullable") is True or
                                           any(is_nullable(part) for part in node.get("allOf", [])
                                               if isinstance(node.get("allOf"), list)))

    def convert(node):
        if isinstance(node, list):
            return [convert(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "oneOf" in node and "mapping" in node.get("discriminator", {}):
            return chosen_by(node["discriminator"])
        converted = {key: value if key in ("example", "examples", "x-codeSamples") else convert(value)
                     for key, value in node.items()}
        is_schema = any(key in node for key in ("type", "allOf", "properties", "enum"))
        if is_schema and is_nullable(node) and not isinstance(node.get("type"), dict):
            return {"anyOf": [{"type": "null"}, converted]}
        return converted

    return convert(document)


def main():
    contract = Contract.load()
    if contract is None:
        sys.exit(f"{specification_path()} is not there; set ASHLAR_DIGITALOCEAN_SPEC")
    problems = [problem for path in sys.argv[1:] for problem in contract.check_record(path)]
    print("\n".join(problems) or f"clean: {len(contract.covered)} operations covered")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
