"""Checks this deployment and says in plain words what to do; ends with 1 when something has failed."""

from __future__ import annotations

import argparse
import json
import logging
import os
import ssl
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from network.addresses import SettingError
from network.doctor import (
    database,
    files,
    mail,
    portal,
    redis,
    register,
    rounds,
    settings,
    socket,
    storage,
    work,
)
from network.doctor.findings import Case, Check, Finding, Level, skipped
from network.environment import Origin

CHECKS: tuple[Check, ...] = (
    *files.CHECKS,
    *portal.CHECKS,
    *socket.CHECKS,
    *database.CHECKS,
    *redis.CHECKS,
    *storage.CHECKS,
    *mail.CHECKS,
    *register.CHECKS,
    *work.CHECKS,
)
FROM_OUTSIDE = ("portal", "socket")
"""What can be looked at without any settings, if only the address is known."""
GROUPS = ("settings", *dict.fromkeys(check.group for check in CHECKS))
COULD_NOT_RUN = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"what to look at: {', '.join(GROUPS)}; all when not given"
    )
    parser.add_argument("--origin", help="address of the portal, when it is not that of ENTENTE_ORIGIN")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="certificates of a private authority to believe"
    )
    parser.add_argument(
        "--http-port",
        type=int,
        help="port that sends plain http on to https (80 when the origin names no port)",
    )
    parser.add_argument("--processes", type=int, default=1, help="how many processes of the portal run (1)")
    parser.add_argument("--mail", metavar="ADDRESS", help="send one mail there; otherwise none is sent")
    parser.add_argument("--json", action="store_true", help="answer for machines")


def run(arguments: argparse.Namespace) -> int:
    unknown = [name for name in arguments.groups if name not in GROUPS]
    if unknown:
        return _could_not_run(f"There is no group {unknown[0]!r}; the groups are {', '.join(GROUPS)}.")
    try:
        if arguments.ca is not None:
            ssl.create_default_context(cafile=str(arguments.ca))
        given = Origin.parse(arguments.origin) if arguments.origin else None
    except (OSError, ssl.SSLError):
        return _could_not_run(f"{arguments.ca} holds no certificate that can be read.")
    except SettingError as error:
        return _could_not_run(str(error).replace("ENTENTE_ORIGIN", "--origin"))
    logging.getLogger("httpx").setLevel(logging.WARNING)  # each request would be a line among the findings
    findings = examine(os.environ, arguments, given)
    if arguments.json:
        print(json.dumps(_for_machines(findings), indent=1))
    else:
        _print(findings)
    return 1 if any(one.level is Level.FAILED for one in findings) else 0


def examine(values: Mapping[str, str], arguments: argparse.Namespace, given: Origin | None) -> list[Finding]:
    """What is found: the settings first, since nothing but the way in can be looked at without them."""
    groups = set(arguments.groups) or set(GROUPS)
    environment, findings = settings.read(values)
    checks: Sequence[Check] = rounds.chosen(CHECKS, groups) if groups - {"settings"} else []
    if environment is None:
        reachable = FROM_OUTSIDE if given is not None else ()
        out_of_reach = dict.fromkeys(check.group for check in checks if check.group not in reachable)
        findings += [skipped(group, "Not looked at, for want of settings.") for group in out_of_reach]
        checks = [check for check in checks if check.group in reachable]
    origin = given or (environment.origin if environment is not None else Origin("http", "localhost", None))
    plain = arguments.http_port or (80 if origin.secure and origin.port is None else None)
    case = Case(origin, environment, arguments.ca, plain, arguments.processes, arguments.mail)
    return [*(one.without(case.secrets()) for one in findings), *rounds.make(checks, case)]


def _could_not_run(sentence: str) -> int:
    print(f"entente: {sentence}", file=sys.stderr)
    return COULD_NOT_RUN


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    counted = Counter(one.level for one in findings)
    return {level.value.lower(): counted[level] for level in Level}


def _for_machines(findings: list[Finding]) -> dict[str, object]:
    lines = [
        {"place": one.place, "level": one.level.value.lower(), "saw": one.saw, "do": one.do}
        for one in findings
    ]
    return {"findings": lines, "counts": _counts(findings)}


def _print(findings: list[Finding]) -> None:
    width = max(len(one.place) for one in findings)
    for one in findings:
        print(f"{one.level.value:<8} {one.place:<{width}}  {one.saw}{one.do and ' ' + one.do}")
    counts = _counts(findings)
    print(
        f"\n{counts['ok']} ok, {counts['warning']} to look at, {counts['failed']} failed, "
        f"{counts['skipped']} not looked at."
    )
