#!/usr/bin/env python3
"""Lints api/openapi.yaml: it parses, every $ref resolves, and nothing is declared twice or in vain."""

import re
import sys

import yaml

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that is given twice, which YAML loaders otherwise silently take last."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def walk(value, path=""):
    """Every (path, value) of the document, outside in."""
    yield path, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from walk(child, f"{path}/{index}")


def resolve(document, ref):
    value = document
    for part in ref[2:].split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def lint(text):
    """All faults of the contract; empty when it is sound."""
    try:
        document = yaml.load(text, StrictLoader)
    except yaml.YAMLError as error:
        return [f"not valid YAML: {error}"]
    if not isinstance(document, dict):
        return ["the document is not a mapping"]
    faults = [f"/{key} is missing" for key in ("openapi", "info", "paths") if key not in document]
    if faults:
        return faults
    refs = [(path, value["$ref"]) for path, value in walk(document)
            if isinstance(value, dict) and isinstance(value.get("$ref"), str)]
    return (faults_of_refs(document, refs) + unused(document, refs)
            + faults_of_operations(document))


def faults_of_refs(document, refs):
    faults = []
    for path, ref in refs:
        if not ref.startswith("#/"):
            faults.append(f"{path}: {ref} points outside the document")
            continue
        try:
            resolve(document, ref)
        except (KeyError, IndexError, ValueError, TypeError):
            faults.append(f"{path}: {ref} does not exist")
    return faults


def unused(document, refs):
    used = {ref for _, ref in refs}
    return [f"#/components/{section}/{name} is never used"
            for section, entries in document.get("components", {}).items()
            if section != "securitySchemes"
            for name in entries if f"#/components/{section}/{name}" not in used]


def faults_of_operations(document):
    faults, ids = [], {}
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            where = f"{method.upper()} {path}"
            name = operation.get("operationId")
            if not name:
                faults.append(f"{where}: no operationId")
            elif name in ids:
                faults.append(f"{where}: operationId {name} is also {ids[name]}'s")
            ids.setdefault(name, where)
            if not operation.get("responses"):
                faults.append(f"{where}: no responses")
            faults += faults_of_parameters(document, where, path, item, operation)
    return faults


def faults_of_parameters(document, where, path, item, operation):
    declared = set()
    for parameter in item.get("parameters", []) + operation.get("parameters", []):
        if "$ref" in parameter:
            try:
                parameter = resolve(document, parameter["$ref"])
            except (KeyError, TypeError):
                continue  # reported as a broken reference
        if parameter.get("in") == "path":
            declared.add(parameter["name"])
    written = set(re.findall(r"{([^}]+)}", path))
    return ([f"{where}: path parameter {name} is not declared" for name in sorted(written - declared)]
            + [f"{where}: path parameter {name} is not in the path"
               for name in sorted(declared - written)])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    faults = lint(text)
    for fault in faults:
        print(f"{sys.argv[1]}: {fault}", file=sys.stderr)
    if faults:
        return 1
    document = yaml.load(text, StrictLoader)
    count = sum(method in item for item in document["paths"].values() for method in METHODS)
    print(f"{count} operations on {len(document['paths'])} paths, every reference resolves")
    return 0


if __name__ == "__main__":
    sys.exit(main())
