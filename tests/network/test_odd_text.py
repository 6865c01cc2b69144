"""Text that a database cannot keep or look for is refused in a sentence, and fails nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from network.api import api
from tests import kit

pytestmark = pytest.mark.django_db

ODD = {"with a NUL": "a\0b", "with half a character": "\ud83d", "very long": "x" * 5_000}


def routes() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            if "{" in path or method in ("post", "put"):
                yield method, path


SCHEMA = json.loads(json.dumps(api.get_openapi_schema()))


def filled(schema: dict[str, Any], text: str) -> Any:
    """What fits this schema, with the odd text wherever any text fits."""
    if "$ref" in schema:
        return filled(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]], text)
    if "anyOf" in schema:
        return filled(schema["anyOf"][0], text)
    kind = schema.get("type")
    if kind == "object":
        return {name: filled(one, text) for name, one in schema.get("properties", {text: {}}).items()}
    if kind == "array":
        return [filled(schema["items"], text)]
    if kind == "integer":
        return 1
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema and schema["pattern"].startswith("^[0-9a-f]{"):
        return "0" * (64 if "64" in schema["pattern"] else 32)
    return text[: schema.get("maxLength", len(text))]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_no_route_fails_for_it(text: str) -> None:
    network = kit.found_network()
    lead = kit.admit(network, "Integrity Commission").lead
    for method, path in routes():
        operation = SCHEMA["paths"][path][method]
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        body = json.dumps(filled(content["schema"], text)) if content else ""
        address = path
        for one in operation.get("parameters", []):
            odd = "%00" if text.isascii() else "%ED%A0%BD"
            address = address.replace("{" + one["name"] + "}", odd)
        for client in (Client(), kit.client_on_device(lead), kit.client_on_device(network.officers[0])):
            answer = client.generic(method.upper(), address, body, content_type="application/json")
            assert answer.status_code < 500, (method, path)
