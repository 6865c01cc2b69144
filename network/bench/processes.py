"""What processes have used, as the operating system counts it: seconds of all their threads and children, and memory.

A server of a database has a process per connection, and some end while something is being measured. What an
ended process has used is in the account of the parent that waited for it, so the sum over a tree loses nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(processes: Iterable[int]) -> float:
    """Processor time of these processes, of all below them, and of those below them that have ended."""
    return sum(_ticks(one) for process in processes for one in tree(process)) / _TICKS


def tree(process: int) -> list[int]:
    """A process and everything below it, as far as it is there."""
    with suppress(psutil.NoSuchProcess):
        return [process, *(child.pid for child in psutil.Process(process).children(recursive=True))]
    return []


def _ticks(process: int) -> int:
    """User and system time of a process and of the children that it has waited for (proc(5), fields 14 to 17)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # ended just now: its parent has it
    return sum(int(field) for field in fields[11:15])


def memory_bytes(process: int) -> int:
    """What of a process is in memory."""
    return int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1]) * _PAGE
