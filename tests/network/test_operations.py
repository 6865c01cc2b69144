"""The guide for whoever runs a portal names every setting once, as it is, and nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from network.environment import BASE, VARIABLES, Environment
from tests.network.test_image import variables
from tests.topology import compose, composed

GUIDE = (BASE / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCE = (BASE / "docker-compose.yml").read_text(encoding="utf-8")
GIVEN: dict[str, str] = compose()["services"]["portal-1"]["environment"]


def row(name: str) -> str:
    """The line of the guide about a setting: what the portal says of it, and what it is when composed."""
    value = GIVEN.get(name, variables().get(name))
    otherwise = composed()["services"]["portal-1"]["environment"].get(name)
    if value is None:
        composed_as = "not used"
    elif f"${{{name}:-" not in value:
        composed_as = f"always `{value}`"
    else:
        composed_as = f"`{otherwise}`" if otherwise else "nothing"
    return f"| `{name}` | {VARIABLES[name]} | {composed_as} |"


def test_every_setting_is_explained_once_as_it_is() -> None:
    """After a change put in the lines that the failure shows."""
    wanted = [row(name) for name in VARIABLES]
    assert [line for line in GUIDE.splitlines() if line.startswith("| `ENTENTE_")] == wanted


class Noted(Mapping[str, str]):
    """Variables that remember which of them were read."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values_given, self.read = values, set[str]()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return self.values_given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_given)

    def __len__(self) -> int:
        return len(self.values_given)


def test_every_setting_that_is_explained_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    noted = Noted(
        {name: str(secret) for name in VARIABLES if name.endswith("_FILE")}
        | {
            "ENTENTE_DATABASE": "postgresql://entente@database:5432/entente",
            "ENTENTE_REDIS": "redis://redis:6379/0",
            "ENTENTE_STORAGE": "https://s3.example.org/bucket",
            "ENTENTE_STORAGE_KEY_ID": "key",
            "ENTENTE_MAIL": "smtps://portal@mail.example.org",
            "ENTENTE_MAIL_FROM": "portal@example.org",
        }
    )
    Environment.read(noted)
    assert noted.read == set(VARIABLES)


def test_every_variable_of_the_compose_file_is_explained_with_its_default() -> None:
    used = dict(re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", SOURCE))
    own = {name: default for name, default in used.items() if not name.startswith("ENTENTE_")}
    explained = dict(re.findall(r"^\| `((?:PROXY|PORTAL)_\w+)` \|.*\| `([^`]*)` \|$", GUIDE, re.MULTILINE))
    assert explained == own
    assert {name for name in used if name.startswith("ENTENTE_")} <= set(VARIABLES)


def test_a_variable_has_the_same_default_wherever_it_stands() -> None:
    for name in set(re.findall(r"\$\{(\w+)", SOURCE)):
        assert len(set(re.findall(rf"\$\{{{name}(:-[^}}]*)?\}}", SOURCE))) == 1, name


def test_the_secrets_are_made_by_the_same_lines_everywhere() -> None:
    comment = SOURCE[: SOURCE.index("x-everywhere")]
    lines = [line.removeprefix("#   ") for line in comment.splitlines() if line.startswith("#   ")]
    assert "\n".join(lines[:-1]) in GUIDE


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_every_part_is_explained(name: str) -> None:
    parts = GUIDE[GUIDE.index("## The parts") : GUIDE.index("## Settings")]
    assert f"`{name}`" in parts


def test_every_secret_is_explained() -> None:
    secrets = GUIDE[GUIDE.index("## Secrets") : GUIDE.index("## TLS")]
    assert [name for name in compose()["secrets"] if f"`{name}`" not in secrets] == []


def test_the_limits_are_those_of_the_proxy() -> None:
    config = compose()["services"]["proxy"]["environment"]["CADDYFILE"]
    limits = GUIDE[GUIDE.index("## Limits") : GUIDE.index("## More processes")]
    for shipped, told in (
        ("max_size 9MiB", "9 MiB"),
        ("max_header_size 32KiB", "32 KiB"),
        ("read_header 10s", "10 seconds"),
        ("read_body 5m", "5 minutes"),
        ("write 5m", "5 minutes"),
        ("idle 2m", "2 minutes"),
        ("response_header_timeout 60s", "60 seconds"),
        ("lb_try_duration 5s", "5 seconds"),
    ):
        assert shipped in config
        assert told in limits
