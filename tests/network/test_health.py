"""Whoever watches the process learns whether it lives, and whether it can do its work."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import DjangoAssertNumQueries


def test_it_lives_without_asking_the_database(client: Client) -> None:
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"live": True}


@pytest.mark.django_db
def test_it_answers_under_any_name(client: Client) -> None:
    assert client.get("/health/live", headers={"host": "10.0.0.1:8000"}).status_code == 200


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_its_shape(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "reason": None}


@pytest.mark.django_db
def test_it_is_not_ready_while_migrations_are_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["reason"] == "migrations_missing"


@pytest.mark.django_db
def test_it_is_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error at /data")

    monkeypatch.setattr(MigrationExecutor, "migration_plan", broken)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "reason": "database_unavailable"}
