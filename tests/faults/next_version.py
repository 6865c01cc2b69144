"""A next version of the server, made of the present one in a folder of its own: it keeps more, and says more.

Each change is one that a next version is likely to bring: a migration that adds to a table of the path of each
message and makes another table, further fields in frames and answers, and a type of frame that clients of the
present version have never heard of.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from network.environment import BASE

NAME: Final = "next"
PACKAGES: Final = ("members", "messaging", "network")
CONVERSATIONS: Final = "messaging/conversations"
LIVE: Final = "messaging/live"

_MIGRATION: Final = '''"""Items say which version has written them, and versions are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", {last!r})]
    operations = [
        migrations.AddField("item", "written_by", models.CharField(max_length=20, null=True)),
        migrations.CreateModel(
            "Version", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
        ),
    ]
'''

_MODELS: Final = '''

Item.add_to_class("written_by", models.CharField(max_length=20, null=True))


class Version(models.Model):
    """A version of the server."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()

    def __str__(self) -> str:
        return self.name
'''

_FRAMES: Final = """

def _saying_more(say):
    def say_more(*given, **named):
        return json.dumps({**json.loads(say(*given, **named)), "said_by": "next", "marked": {"as": [None]}})

    return say_more


for _name in ("welcome", "item", "sent", "conversation", "register", "marks"):
    globals()[_name] = _saying_more(globals()[_name])
"""

# twice a second, to everybody
_PROCESS: Final = """

def _and_give_notice(live, looked, before=Live._polled):
    before(live, looked)
    live.hub.tell_all('{"type":"notice","of":"next","text":["never heard of"]}')


Live._polled = _and_give_notice
"""

_ANSWERS: Final = '''"""Every object in an answer says which version has given it."""

import gzip
import json

from network.web import _Middleware

# what has one of these is an object with fields and not a map, whose keys are identifiers
FIELDS = ("id", "sequence", "number", "account", "checkpoint", "code", "state")


def say_more(value, *, whole=False):
    if isinstance(value, list):
        return [say_more(one, whole=whole) for one in value]
    if not isinstance(value, dict):
        return value
    more = {name: say_more(one) for name, one in value.items()}
    return {**more, "given_by": "next"} if whole or any(name in value for name in FIELDS) else more


class SayMore(_Middleware):
    def after(self, response):
        if response.streaming or "json" not in response.headers.get("Content-Type", "") or not response.content:
            return response
        compressed = response.headers.get("Content-Encoding") == "gzip"
        given = gzip.decompress(response.content) if compressed else response.content
        said = json.dumps(say_more(json.loads(given), whole=True)).encode()
        response.content = gzip.compress(said) if compressed else said
        response.headers["Content-Length"] = str(len(response.content))
        return response
'''


def make(folder: Path) -> Path:
    """The packages of the next version, ready to be run from this folder."""
    for package in PACKAGES:
        shutil.copytree(BASE / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    # the pages of the portal are no part of this
    _it_keeps_more(folder)
    _its_frames_say_more(folder)
    _its_answers_say_more(folder)
    return folder


def _it_keeps_more(folder: Path) -> None:
    last = max(path.stem for path in (folder / CONVERSATIONS / "migrations").glob("0*.py"))
    migration = folder / CONVERSATIONS / "migrations" / f"{int(last[:4]) + 1:04}_next.py"
    migration.write_text(_MIGRATION.format(last=last), "utf-8")
    _add(folder / CONVERSATIONS / "models.py", _MODELS)
    statements = folder / CONVERSATIONS / "statements.py"
    _change(statements, '"received_at, kind) {}"', '"received_at, kind, written_by) {}"')
    _change(statements, "\"SELECT *, 'message' FROM", f"\"SELECT *, 'message', '{NAME}' FROM")


def _its_frames_say_more(folder: Path) -> None:
    _add(folder / LIVE / "frames.py", _FRAMES)
    _add(folder / LIVE / "process.py", _PROCESS)


def _its_answers_say_more(folder: Path) -> None:
    (folder / "network" / "answers.py").write_text(_ANSWERS, "utf-8")
    first = 'MIDDLEWARE.insert(MIDDLEWARE.index("network.web.OneForm") + 1, "network.answers.SayMore")\n'
    _add(folder / "network" / "settings.py", f"\n{first}")
    _add(folder / "network" / "api.py", f'\napi.version = "{NAME}"\n')


def _add(path: Path, text: str) -> None:
    """What stands at the end changes what stands before, however that is written."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def _change(path: Path, place: str, into: str) -> None:
    """Change the one place where this stands."""
    text = path.read_text("utf-8")
    assert text.count(place) == 1, f"{place!r} stands {text.count(place)} times in {path.name}"
    path.write_text(text.replace(place, into), "utf-8")
