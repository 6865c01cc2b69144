"""Makes every check, many at once: none waits for longer than it may, and none keeps another from its turn."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Sequence

import httpx
from django.apps import apps
from django.db import connections

from network.doctor.findings import Case, Check, Finding, Level, failed, skipped


def chosen(checks: Sequence[Check], groups: Iterable[str]) -> list[Check]:
    """The checks of these groups, or all where none is named, with those that they wait for."""
    by_name = {check.name: check for check in checks}
    wanted: set[str] = set()
    open_names = [check.name for check in checks if check.group in groups] or list(by_name)
    while open_names:
        name = open_names.pop()
        if name in by_name and name not in wanted:
            wanted.add(name)
            open_names += [*by_name[name].needs, *by_name[name].after]
    return [check for check in checks if check.name in wanted]


def make(checks: Sequence[Check], case: Case) -> list[Finding]:
    """The findings of all checks, in their order."""
    known = {check.name for check in checks}
    waiting = {check.name: check for check in checks}
    deadlines: dict[str, float] = {}
    findings: dict[str, list[Finding]] = {check.name: [] for check in checks}
    done: dict[str, bool] = {}  # whether it can be built upon
    said: queue.SimpleQueue[tuple[str, Finding | None]] = queue.SimpleQueue()

    while waiting or deadlines:
        for check in list(waiting.values()):
            before = {name for name in (*check.needs, *check.after) if name in known}
            if not before <= set(done):
                continue
            del waiting[check.name]
            missing = [name for name in check.needs if not done.get(name, True)]
            if missing:
                findings[check.name] = [skipped(check.name, f"Not looked at, for want of {missing[0]}.")]
                done[check.name] = False
            else:
                deadlines[check.name] = time.monotonic() + check.seconds
                threading.Thread(target=_make_one, args=(check, case, said), daemon=True).start()
        if not deadlines:
            continue
        try:
            name, finding = said.get(timeout=max(0.0, min(deadlines.values()) - time.monotonic()))
        except queue.Empty:
            for late in [name for name, deadline in deadlines.items() if deadline <= time.monotonic()]:
                del deadlines[late]
                findings[late].append(_too_late(late))
                done[late] = False
            continue
        if name not in deadlines:
            continue  # it was given up
        if finding is not None:
            findings[name].append(finding.without(list(case.secrets())))
        else:
            del deadlines[name]
            done[name] = all(one.level is not Level.FAILED for one in findings[name])
    return [finding for check in checks for finding in findings[check.name]]


def _make_one(check: Check, case: Case, said: queue.SimpleQueue[tuple[str, Finding | None]]) -> None:
    try:
        for finding in check.look(case):
            said.put((check.name, finding))
    except (TimeoutError, httpx.TimeoutException):
        said.put((check.name, _too_late(check.name)))
    except Exception as error:
        # the text of an error that nobody foresaw may hold anything, also a secret
        saw = f"The check itself broke ({type(error).__name__})."
        said.put((check.name, failed(check.name, saw, "Look at this place by hand, and report the fault.")))
    finally:
        if apps.ready:
            connections.close_all()  # those of this thread
        said.put((check.name, None))


def _too_late(name: str) -> Finding:
    return failed(
        name,
        "No answer came in time.",
        "Something on the way swallows it: look at firewalls and at the load there.",
    )
