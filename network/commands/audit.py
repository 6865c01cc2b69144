"""Checks the audit log: that of this server, or one that was exported; and exports it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from network.cli import CommandError, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True)
    verify = what.add_parser("verify", help="follow the chain from its first row to its head")
    verify.add_argument(
        "file", nargs="?", type=Path, help="an exported log, the whole of it; without it, this server's"
    )
    export = what.add_parser("export", help="write all rows to a file, one JSON object on each line")
    export.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "export":
        return _export(arguments.file)
    return _verify_own() if arguments.file is None else _verify_file(arguments.file)


def _verify_file(file: Path) -> int:
    from members.audit import chain

    try:
        found = chain.verify(_lines(file))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    if found.broken is not None:
        print(f"Row {found.broken.sequence}: {found.broken.why}. The {found.rows} rows before it are whole.")
        return 1
    print(f"{found.rows} rows follow each other without a gap, up to {found.hash}.")
    print(
        "Compare that with an earlier export, or with the head of the server, to see that none is missing at the end."
    )
    return 0


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield row if isinstance(row, dict) else {}


def _verify_own() -> int:
    start_django()
    from members.audit import access

    found = access.check()
    broken = found.verified.broken
    if broken is not None:
        print(f"Row {broken.sequence}: {broken.why}. The {found.verified.rows} rows before it are whole.")
        return 1
    if not found.whole:
        print(
            f"The chain ends at {found.verified.hash}, and its head says {found.head}: rows are missing at the end."
        )
        return 1
    print(f"{found.verified.rows} rows follow each other without a gap, up to {found.head}.")
    if found.late:
        print(f"{found.late} rows wait to be chained for more than a minute: does a worker run?")
        return 1
    return 0


def _export(file: Path) -> int:
    start_django()
    from members.audit import access

    with file.open("w", encoding="utf-8") as out:
        count = 0
        for row in access.everything():
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
            count += 1
    print(f"{count} rows written to {file}.")
    return 0
