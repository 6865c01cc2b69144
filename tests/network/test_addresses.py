"""The services beside the portal are read from settings, and each mistake is named with its variable."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from network.addresses import SettingError
from network.environment import Environment

POSTGRESQL = {"ENTENTE_DATABASE": "postgresql://entente@db:6543/portal"}


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text("correct horse\n", encoding="utf-8")
    return str(path)


def test_without_any_there_is_one_process_with_everything_in_its_directory() -> None:
    environment = Environment.read({})
    services = (environment.database, environment.redis, environment.storage, environment.mail)
    assert services == (None, None, None, None)
    assert environment.worker_inside
    assert environment.log_format == "lines"


def test_a_database_is_reached_with_the_password_from_a_file(secret: str) -> None:
    database = Environment.read({**POSTGRESQL, "ENTENTE_DATABASE_PASSWORD_FILE": secret}).database
    assert database is not None
    django = database.django()
    assert [django[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")] == [
        "db",
        "6543",
        "portal",
        "entente",
        "correct horse",
    ]
    assert django["OPTIONS"]["pool"]["max_size"] == 10


def test_a_database_is_reached_by_the_directory_of_its_local_socket() -> None:
    database = Environment.read(
        {"ENTENTE_DATABASE": "postgresql://me@%2Frun%2FPostgres:5433/portal"}
    ).database
    assert database is not None
    assert (database.host, database.port) == ("/run/Postgres", 5433)


def test_a_local_socket_of_redis_is_an_address() -> None:
    redis = Environment.read({**POSTGRESQL, "ENTENTE_REDIS": "unix:///run/valkey.sock"}).redis
    assert redis is not None
    assert redis.url == "unix:///run/valkey.sock"


def test_a_bucket_and_a_mail_server_are_read_whole(secret: str) -> None:
    environment = Environment.read(
        {
            "ENTENTE_STORAGE": "https://s3.example.org:9000/entente",
            "ENTENTE_STORAGE_KEY_ID": "key",
            "ENTENTE_STORAGE_SECRET_FILE": secret,
            "ENTENTE_MAIL": "smtps://portal%40example.org@mail.example.org",
            "ENTENTE_MAIL_PASSWORD_FILE": secret,
            "ENTENTE_MAIL_FROM": "portal@example.org",
        }
    )
    storage, mail = environment.storage, environment.mail
    assert storage is not None
    assert mail is not None
    assert (storage.endpoint, storage.bucket, storage.secret) == (
        "https://s3.example.org:9000",
        "entente",
        "correct horse",
    )
    assert (mail.host, mail.port, mail.user, mail.tls) == (
        "mail.example.org",
        465,
        "portal@example.org",
        True,
    )


@pytest.mark.parametrize(
    ("named", "values"),
    [
        ("ENTENTE_DATABASE", {"ENTENTE_DATABASE": "mysql://entente@db/entente"}),
        ("ENTENTE_DATABASE", {"ENTENTE_DATABASE": "postgresql://db/entente"}),
        ("ENTENTE_DATABASE", {"ENTENTE_DATABASE": "postgresql://entente@db"}),
        ("ENTENTE_DATABASE", {"ENTENTE_DATABASE": "postgresql://entente@db:port/entente"}),
        ("ENTENTE_DATABASE_PASSWORD_FILE", {"ENTENTE_DATABASE": "postgresql://entente:secret@db/entente"}),
        ("ENTENTE_DATABASE_PASSWORD_FILE", {**POSTGRESQL, "ENTENTE_DATABASE_PASSWORD_FILE": "/nowhere"}),
        ("ENTENTE_DATABASE_CONNECTIONS", {**POSTGRESQL, "ENTENTE_DATABASE_CONNECTIONS": "3"}),
        ("ENTENTE_DATABASE_CONNECTIONS", {"ENTENTE_DATABASE_CONNECTIONS": "20"}),
        ("ENTENTE_REDIS", {"ENTENTE_REDIS": "redis://redis:6379/0"}),
        ("ENTENTE_REDIS", {**POSTGRESQL, "ENTENTE_REDIS": "redis:6379"}),
        ("ENTENTE_REDIS", {**POSTGRESQL, "ENTENTE_REDIS": "redis://redis/first"}),
        ("ENTENTE_STORAGE", {"ENTENTE_STORAGE": "https://s3.example.org"}),
        ("ENTENTE_STORAGE_KEY_ID", {"ENTENTE_STORAGE": "https://s3.example.org/bucket"}),
        ("ENTENTE_STORAGE_REGION", {"ENTENTE_STORAGE_REGION": "eu"}),
        ("ENTENTE_MAIL", {"ENTENTE_MAIL": "mail.example.org"}),
        ("ENTENTE_MAIL_FROM", {"ENTENTE_MAIL": "smtp://mail.example.org"}),
        (
            "ENTENTE_MAIL_PASSWORD_FILE",
            {"ENTENTE_MAIL": "smtp://me@mail.example.org", "ENTENTE_MAIL_FROM": "portal@example.org"},
        ),
        ("ENTENTE_WORKER", {"ENTENTE_WORKER": "elsewhere"}),
        ("ENTENTE_LOG_FORMAT", {"ENTENTE_LOG_FORMAT": "xml"}),
        ("ENTENTE_METRICS_TOKEN_FILE", {"ENTENTE_METRICS_TOKEN_FILE": "/nowhere"}),
    ],
)
def test_each_mistake_is_named(named: str, values: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=named):
        Environment.read(values)


@pytest.mark.parametrize(
    "address", ["postgres://me:correct-horse@db/entente", "postgresql://me:correct-horse@db:x/e"]
)
def test_a_password_in_an_address_is_not_repeated(address: str) -> None:
    with pytest.raises(SettingError) as raised:
        Environment.read({"ENTENTE_DATABASE": address})
    assert "correct-horse" not in str(raised.value)


def test_a_database_that_was_gone_for_long_is_found_again_as_soon_as_after_a_moment() -> None:
    """The pool would double its pauses without end: it gives up after seconds, and begins anew without being asked."""
    database = Environment.read(POSTGRESQL).database
    assert database is not None
    options = database.django()["OPTIONS"]["pool"]
    assert options["reconnect_timeout"] < options["timeout"] / 2
    with socket.create_server(("127.0.0.1", 0)) as gone:
        gone.settimeout(20)
        address = f"host=127.0.0.1 port={gone.getsockname()[1]} user=entente"
        with ConnectionPool(address, open=True, **{**options, "reconnect_timeout": 0.1}):
            for _ in range(8):
                gone.accept()[0].close()
