"""Whether the Register can be continued, is fresh, and agrees with the tables that were made from it."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from network.doctor.findings import Case, Check, Finding, failed, ok, skipped

STALE = 2 * 3600
RESTORE = (
    "Restore register_key into the data directory from the backup: without it nobody can be added or removed."
)


def _key(case: Case) -> Iterator[Finding]:
    """The key is there and is the one that says that the Register is fresh."""
    from members import clock
    from members.protocol.checkpoint import CheckpointRefused
    from members.protocol.encoding import EncodingError
    from members.register import signer
    from members.register.models import Head

    head = Head.objects.filter(pk=1).first()
    if head is None or not head.checkpoint:
        yield skipped("register.key", "No network is founded yet: `entente init` begins one.")
        return
    if head.restoring_since is not None:
        yield failed(
            "register.restoring",
            "The portal is closed to writing, since its database is an older copy.",
            "`entente restoration status` says what has been handed back; `entente restoration end` opens the portal.",
        )
    path = signer.key_file()
    try:
        seconds = signer.cosigned_at(head.checkpoint)
        mode = stat.S_IMODE(path.stat().st_mode)
    except signer.RegisterKeyMissing:
        yield failed("register.key", f"There is no Register key in {path}.", RESTORE)
        return
    except (OSError, UnicodeDecodeError, EncodingError):
        yield failed("register.key", f"The Register key in {path} cannot be read.", RESTORE)
        return
    except CheckpointRefused:
        yield failed(
            "register.key",
            "The newest checkpoint is damaged.",
            "Run `entente register verify`, and restore a backup.",
        )
        return
    if seconds is None:
        yield failed("register.key", f"The key in {path} is not that of this network.", RESTORE)
        return
    if mode & 0o077:
        yield failed(
            "register.key", f"Others may read the Register key (mode {mode:03o}).", f"chmod 600 {path}"
        )
    else:
        yield ok("register.key", "The Register key is there, for its owner alone.")
    age = clock.now() // clock.SECOND - seconds
    if age > STALE:
        yield failed(
            "register.fresh",
            f"The newest checkpoint is {age / 3600:.0f} hours old; browsers warn of that.",
            "Start the portal: it confirms the Register each hour. If it runs, look at its log and at the clock.",
        )
    elif age < -STALE:
        yield failed(
            "register.fresh",
            "The newest checkpoint is from the future.",
            "Set the clock of this computer right.",
        )
    else:
        yield ok("register.fresh", f"The newest checkpoint is {max(age, 0) // 60} minutes old.")


def _whole(case: Case) -> Iterator[Finding]:
    place = "register.whole"
    from members.register import verification

    found = verification.findings()
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        yield failed(
            place,
            f"{found[0]}{more}",
            "Let nobody be added or removed, run `entente register verify` for the whole list, and restore a backup.",
        )
    else:
        yield ok(place, "Every entry holds, and the tables agree with the log.")


SHAPE = ("database.shape",)
CHECKS = (
    Check("register.key", _key, needs=SHAPE),
    Check("register.whole", _whole, 300, needs=SHAPE),
)
