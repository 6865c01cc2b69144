"""A next version of the server, made of the present one in a folder of its own: it keeps more, and says more.

Each change is one that a next version is likely to bring: a migration that adds to a table of the path of each
message and makes another table, further fields in frames and answers, and a type of frame that clients of the
present version have never heard of.
"""

from __future__ import annotations

import re
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

_MODEL: Final = '''

class Version(models.Model):
    """A version of the server."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()

    def __str__(self) -> str:
        return self.name
'''

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
    number = int(last[:4]) + 1
    migration = folder / CONVERSATIONS / "migrations" / f"{number:04}_next.py"
    migration.write_text(_MIGRATION.format(last=last), "utf-8")
    models = folder / CONVERSATIONS / "models.py"
    _change(
        models,
        "    received_at = models.PositiveBigIntegerField()\n\n    class Meta:\n        constraints: ClassVar = [\n"
        '            models.UniqueConstraint(fields=["conversation", "sequence"]',
        r"    written_by = models.CharField(max_length=20, null=True)\n\g<0>",
    )
    models.write_text(models.read_text("utf-8") + _MODEL, "utf-8")
    statements = folder / CONVERSATIONS / "statements.py"
    _change(statements, '"received_at, kind) {}"', '"received_at, kind, written_by) {}"')
    _change(statements, "\"SELECT *, 'message' FROM", f"\"SELECT *, 'message', '{NAME}' FROM")


def _its_frames_say_more(folder: Path) -> None:
    frames = folder / LIVE / "frames.py"
    _change(frames, '{"type": "welcome", ', rf'\g<0>"version": "{NAME}", ')
    _change(frames, '{{"type":"item",', rf'\g<0>"written_by":"{NAME}","marked":{{{{"as":[null]}}}},')
    _change(frames, '{{"type":"sent",', rf'\g<0>"written_by":"{NAME}",')
    process = folder / LIVE / "process.py"
    # twice a second, to everybody
    _change(
        process,
        "        self._tell_grown(found.grown)\n",
        rf"""\g<0>        self.hub.tell_all('{{"type":"notice","of":"{NAME}","text":["never heard of"]}}')\n""",
    )


def _its_answers_say_more(folder: Path) -> None:
    (folder / "network" / "answers.py").write_text(_ANSWERS, "utf-8")
    settings = folder / "network" / "settings.py"
    _change(settings, '    "network.web.OneForm",\n', r'\g<0>    "network.answers.SayMore",\n')
    _change(folder / "network" / "api.py", 'version="1"', f'version="{NAME}"')


def _change(path: Path, place: str, into: str) -> None:
    """Change the one place where this stands; `into` may name the whole of it as `\\g<0>`."""
    changed, times = re.subn(re.escape(place), into, path.read_text("utf-8"))
    assert times == 1, f"{place!r} stands {times} times in {path.name}: the next version is to be made anew"
    path.write_text(changed, "utf-8")
