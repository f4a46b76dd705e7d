"""Requests made up from the schemas of api/openapi.yaml: such as it allows, and such as it does not."""

import copy
import functools
import json
import re

import jsonschema
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

import contract

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
ANNOTATIONS = ("description", "example", "default", "format", "writeOnly")
# Otherwise hardly any request would get past the question whether such a thing is sold.
SOLD = {"region": ["nyc1"], "size": ["s-1vcpu-1gb", "s-2vcpu-2gb"]}
# What no field takes, or only few do.
NASTY = [None, True, 0, -1, 101, 1.5, 10**30, "", " ", "x", "x" * 300, "\0", "a\nb", "\x7f", "\x85", "-", "ä",
         "on", [], [None], [""], {}, {"x": 1}]
NASTY_WORDS = ["", " ", "x", "-1", "0", "1.5", "9" * 30, "true", "yes", "a,b", "x" * 300, "a\nb", "a\x85", "ä",
               ",".join(["x"] * 51)]


def inlined(schema):
    """Without references and annotations; patterns as Python reads them, whose $ also fits before a line break."""
    if isinstance(schema, list):
        return [inlined(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: value for key, value in schema.items() if key not in ANNOTATIONS and key != "$ref"}
    made = {}
    for key, value in plain.items():
        if key == "properties":
            made[key] = {name: inlined(child) for name, child in value.items()}
        elif key == "pattern":
            made[key] = re.sub(r"\$$", r"\\Z", value)
        elif key in ("enum", "const", "required"):
            made[key] = value
        else:
            made[key] = inlined(value)
    if "$ref" not in schema:
        return made
    target = inlined(contract.RESOLVER.resolve(schema["$ref"])[1])
    # Texts say their kind and their bounds apart; one schema is generated from far faster than two.
    return {**target, **made} if not set(target) & set(made) else {"allOf": [target, made]}


def fits(schema):
    """A function that says whether a value is one of the (inlined) schema's."""
    return jsonschema.Draft202012Validator(schema).is_valid


TEXT = inlined({"$ref": "#/components/schemas/Text"})["pattern"]


def merged(one, other):
    """What fits both, near enough to generate from: whatever comes out is held against the whole schema."""
    made = {**other, **one}
    if "required" in one or "required" in other:
        made["required"] = sorted({*one.get("required", []), *other.get("required", [])})
    if "properties" in one and "properties" in other:
        made["properties"] = {**other["properties"], **{
            name: merged(schema, other["properties"].get(name, {})) for name, schema in one["properties"].items()}}
    return made


def for_generating(schema, name=""):
    """Texts are made of anything first, and get their control characters taken out after; lists are kept short."""
    if isinstance(schema, list):
        return [for_generating(one, name) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "allOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        return for_generating(functools.reduce(merged, [*schema["allOf"], rest]), name)
    made = {key: {child: for_generating(value, child) for child, value in schema[key].items()}
            if key == "properties" else for_generating(schema[key], name)
            for key in schema if not (key == "pattern" and schema[key] == TEXT)}
    if "items" in made:
        made["maxItems"] = min(made.get("maxItems", 3), 3)
    if name in SOLD and "properties" not in made and "items" not in made:
        return {"anyOf": [{"enum": SOLD[name]}, made]}
    return made


def printable(value):
    if isinstance(value, str):
        return CONTROLS.sub("x", value)
    if isinstance(value, list):
        return [printable(one) for one in value]
    if isinstance(value, dict):
        return {printable(key): printable(one) for key, one in value.items()}
    return value


def allowed(schema):
    """Values that the schema allows."""
    whole = inlined(schema)
    return from_schema(for_generating(whole)).map(printable).filter(fits(whole))


def places(value, path=()):
    yield path
    children = (value.items() if isinstance(value, dict)
                else enumerate(value) if isinstance(value, list) else ())
    for key, child in children:
        yield from places(child, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


@st.composite
def forbidden(draw, schema, base=None):
    """A value that the schema allowed until one thing was changed in it."""
    whole = inlined(schema)
    value = copy.deepcopy(draw(base if base is not None else allowed(schema)))
    path = draw(st.sampled_from(list(places(value))))
    inner = at(value, path)
    changes = ["replace"] + (["add"] if isinstance(inner, dict) else [])
    changes += ["remove"] if path and isinstance(at(value, path[:-1]), dict) else []
    change = draw(st.sampled_from(changes))
    if change == "add":
        inner[draw(st.sampled_from(["surplus", "", "na\nme", "Name", "kind "]))] = draw(st.sampled_from(NASTY))
    elif change == "remove":
        del at(value, path[:-1])[path[-1]]
    else:
        nasty = NASTY + ([inner + "\0", "\n" + inner, inner * 20] if isinstance(inner, str) else [])
        replacement = copy.deepcopy(draw(st.sampled_from(nasty)))
        if not path:
            value = replacement
        else:
            at(value, path[:-1])[path[-1]] = replacement
    assume(not fits(whole)(value))
    return value


# --- parameters ----------------------------------------------------------------------------------


def parameters_of(operation, where):
    resolved = [contract.resolved(one) for one in operation.get("parameters", [])]
    return {one["name"]: one["schema"] for one in resolved if one["in"] == where}


def kind_of(schema):
    return inlined(schema).get("type")


def written(value):
    """A parameter's value as it stands in a URL or a header; None leaves it out."""
    if isinstance(value, list):
        return ",".join(map(str, value)) if value else None
    return json.dumps(value) if isinstance(value, (bool, int)) else str(value)


def read(schema, text):
    """The value that the text is, by the schema's type; the text itself when it is none."""
    kind = kind_of(schema)
    if kind == "integer" and re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "array":
        return text.split(",") if text else []
    return text


@st.composite
def allowed_parameters(draw, schemas):
    chosen = {}
    for name, schema in schemas.items():
        if draw(st.booleans()):
            text = written(draw(allowed(schema)))
            # A comma within an item cannot be told from one between items.
            if text is not None and fits(inlined(schema))(read(schema, text)):
                chosen[name] = text
    return chosen


@st.composite
def forbidden_parameters(draw, schemas):
    name = draw(st.sampled_from(sorted(schemas)))
    text = draw(st.sampled_from(NASTY_WORDS))
    assume(not fits(inlined(schemas[name]))(read(schemas[name], text)))
    return {name: text}
