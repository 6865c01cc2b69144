"""Queues mail: once the transaction is committed it will be sent, at least once, or stands among what failed."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import formatdate, make_msgid

from django.conf import settings

from members.background import services
from members.mail.tasks import deliver


def queue_mail(*, to: str, subject: str, text: str) -> int:
    """Have a mail sent to one person; returns the number of the task.

    Whoever calls this puts nothing of a conversation into it: neither subject nor text may name people, authorities
    or what they write about. It rests in the database until it is sent, and at every server on its way for good.
    Raises ValueError for an address or a subject that no mail can have, so that nothing is queued that never leaves.
    """
    if any(ord(character) < 32 for character in to + subject):
        raise ValueError("An address and a subject are one line.")
    try:
        Address(addr_spec=to)
    except Exception as error:  # the parser of the standard library lets several kinds through
        raise ValueError("This is no address that mail can be sent to.") from error
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return services.enqueue(
        deliver,
        to=to,
        subject=subject,
        text=text,
        identity=make_msgid(domain=domain),
        date=formatdate(),
    )
