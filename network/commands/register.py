"""Checks the Register: that of this server from its bytes, or an exported one without any server."""

from __future__ import annotations

import argparse
from pathlib import Path

from network.cli import CommandError, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True)
    verify = what.add_parser(
        "verify", help="replay every entry, and compare the log, its head and its tables"
    )
    verify.add_argument(
        "directory", nargs="?", type=Path, help="an exported Register; without it, this server's"
    )
    verify.add_argument("--network", metavar="ID", help="the network id that an exported Register must have")
    evidence = what.add_parser("evidence", help="say what a browser's saved evidence holds that is signed")
    evidence.add_argument("file", type=Path)
    evidence.add_argument("directory", type=Path, help="an exported Register of the same network")
    export = what.add_parser("export", help="write the Register of this server in the format of tlog-tiles")
    export.add_argument("directory", type=Path)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "export":
        return _export(arguments.directory)
    if arguments.what == "evidence":
        return _check_evidence(arguments.file, arguments.directory)
    if arguments.directory is not None:
        return _verify_exported(arguments.directory, arguments.network)
    return _verify_own()


def _verify_exported(directory: Path, network: str | None) -> int:
    from members.protocol.register import RegisterBroken
    from network import exported

    try:
        replay, growth = exported.verify(directory, network=network)
    except RegisterBroken as error:
        print(f"{error.finding}: {error.detail}.")
        return 1
    for rejected in growth.rejected:
        print(f"Entry {rejected.index} does not apply ({rejected.reason}): {rejected.detail}.")
    state = replay.state
    print(f"{replay.size} entries verified. Network {replay.network}, root {replay.root}.")
    print(f"{state.name}: {len(state.officers)} officers, {len(state.authorities)} authorities.")
    if network is None:
        print("Compare the network id with the one on the sheet of a recovery code, or with an officer.")
    return 1 if growth.rejected else 0


def _check_evidence(file: Path, directory: Path) -> int:
    from members.protocol.register import RegisterBroken
    from network import evidence, exported

    try:
        replay, _ = exported.verify(directory)
        found = evidence.check(file.read_text("utf-8-sig"), replay)
    except RegisterBroken as error:
        print(f"{error.finding}: {error.detail}.")
        return 1
    except (OSError, UnicodeDecodeError, evidence.NotEvidence) as error:
        print(f"This is no evidence: {error}.")
        return 1
    print(f"Finding {found.finding}, noticed {found.found} by the clock of that computer.")
    print(f"Network {found.network}.")
    for piece in found.pieces:
        signed = "the signature holds" if piece.holds else "NOT signed as it must be"
        print(f"{piece.kind} by {piece.by}: {piece.says}; {signed}.")
    if not found.pieces:
        print("Nothing in it is signed: it says what this browser computed and what the server stated.")
    return 0


def _export(directory: Path) -> int:
    start_django()
    from django.db import transaction

    from members.register import access
    from members.register.models import Entry
    from network import exported

    with transaction.atomic():
        note = access.checkpoint()
        entries = [bytes(data) for data in Entry.objects.order_by("index").values_list("data", flat=True)]
    if not note:
        raise CommandError("The Register is empty: no network is founded yet.")
    files = exported.write(directory, note, entries)
    print(f"{len(entries)} entries in {files} files written to {directory}.")
    return 0


def _verify_own() -> int:
    start_django()
    from members.register import verification
    from members.register.models import Head

    findings = verification.findings()
    for finding in findings:
        print(finding)
    if findings:
        return 1
    head = Head.objects.filter(pk=1).first()
    if head is None or not head.size:
        print("The Register is empty: no network is founded yet.")
    else:
        print(f"{head.size} entries verified. Network {head.network}, root {head.root}.")
    return 0
