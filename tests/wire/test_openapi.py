"""Whatever is sent to the API by whomever, it answers as it says that it does, and never with a fault of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from ninja import Schema
from schemathesis.config import SchemathesisConfig

from network.api import api
from tests import kit

pytestmark = pytest.mark.django_db

NEVER_A_PAGE = {"application/json", "application/problem+json", "application/octet-stream", "text/plain"}
RULES_BEYOND_THE_SCHEMA = "positive_data_acceptance"


def described() -> schemathesis.BaseSchema:
    """The API as it describes itself, reached through the handlers of this process."""
    config = SchemathesisConfig.from_dict({"checks": {RULES_BEYOND_THE_SCHEMA: {"enabled": False}}})
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=config)
    schema.app = WSGIHandler()
    return schema


schema = described()


def schemas(base: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """Every form of a request or an answer that this project defines."""
    for one in base.__subclasses__():
        if one.__module__.split(".")[0] in ("members", "messaging", "network"):
            yield one
        yield from schemas(one)


def test_no_two_forms_have_one_name() -> None:
    """The description has one table of names: of two with one name it would show one for both."""
    names = Counter(one.__name__ for one in set(schemas()))
    assert [name for name, number in names.items() if number > 1] == []


@dataclass
class Caller:
    """What a browser sends with each request: its cookies, its own origin and the token of its page."""

    cookies: dict[str, str]
    headers: dict[str, str]


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Caller]]:
    """Made once for all cases; each case is rolled back, and the network itself at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        network = kit.found_network()
        member = kit.appoint(kit.admit(network, "Integrity Commission", "XE"))
        yield {
            "nobody": caller(Client()),
            "member": caller(kit.client_on_device(member)),
            "officer": caller(kit.client_on_device(network.officers[0])),
        }
        transaction.set_rollback(True)


def caller(client: Client) -> Caller:
    token = client.get("/api/session").json()["csrf_token"]
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return Caller(
        cookies, {"X-CSRFToken": token, "Origin": str(settings.ORIGIN), "Accept-Encoding": "identity"}
    )


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request leaves the database open, so that all happens in the one transaction that is rolled back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@hypothesis.settings(max_examples=3, derandomize=True, database=None, deadline=None)
def test_every_answer_is_one_that_the_api_declares(
    case: schemathesis.Case[Any], callers: dict[str, Caller]
) -> None:
    for by in callers.values():
        with transaction.atomic():
            answer = case.call(base_url=str(settings.ORIGIN), headers=by.headers, cookies=by.cookies)
            transaction.set_rollback(True)
        case.validate_response(answer)
        assert not answer.content or answer.headers["content-type"][0].partition(";")[0] in NEVER_A_PAGE
        assert answer.headers["x-content-type-options"] == ["nosniff"]
