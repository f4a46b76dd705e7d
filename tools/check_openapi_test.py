import pathlib
import sys

import pytest
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_openapi  # noqa: E402


def contract():
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/things/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {"operationId": "getThing", "responses": {
                    "200": {"description": "It", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Thing"}}}}}},
            }
        },
        "components": {
            "parameters": {"Id": {"name": "id", "in": "path", "required": True}},
            "schemas": {"Thing": {"type": "object"}},
        },
    }


def faults(change):
    document = contract()
    change(document)
    return check_openapi.lint(yaml.safe_dump(document))


def test_a_sound_contract_has_no_faults():
    assert faults(lambda d: None) == []


def set_operation(**values):
    return lambda d: d["paths"]["/things/{id}"]["get"].update(values)


def add_twin(document):
    document["paths"]["/twins"] = {"get": {"operationId": "getThing", "responses": {"204": {}}}}


@pytest.mark.parametrize("change, fault", [
    (lambda d: d["components"]["schemas"].pop("Thing"),
     "/schema: #/components/schemas/Thing does not exist"),
    (lambda d: d["components"]["schemas"].update(Lonely={}),
     "#/components/schemas/Lonely is never used"),
    (lambda d: d["paths"].update({"/x/{y}": {"get": {"operationId": "x", "responses": {"200": {}}}}}),
     "GET /x/{y}: path parameter y is not declared"),
    (set_operation(parameters=[{"name": "z", "in": "path"}]),
     "GET /things/{id}: path parameter z is not in the path"),
    (set_operation(operationId=None), "GET /things/{id}: no operationId"),
    (set_operation(responses={}), "GET /things/{id}: no responses"),
    (add_twin, "GET /twins: operationId getThing is also GET /things/{id}'s"),
    (lambda d: d.pop("paths"), "/paths is missing"),
    (lambda d: d["components"]["schemas"]["Thing"].update({"$ref": "other.yaml#/X"}),
     "other.yaml#/X points outside the document"),
])
def test_faults(change, fault):
    assert fault in "\n".join(faults(change))


def test_a_key_given_twice():
    assert "given twice" in check_openapi.lint("openapi: 3.1.0\nopenapi: 3.0.0\n")[0]


def test_broken_yaml():
    assert check_openapi.lint("a: [")[0].startswith("not valid YAML")
