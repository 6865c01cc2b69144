"""Whether the mail server takes what the portal hands to it; a mail is sent only to whom was named."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from network.addresses import Mail
from network.doctor.findings import Case, Check, Finding, failed, ok, skipped
from network.environment import LOOPBACK

PATIENCE = 5.0


def _server(case: Case) -> Iterator[Finding]:
    place, one = "mail.server", case.environment.mail
    if one is None:
        yield skipped(place, "None is set: mail is kept in the data directory.")
        return
    where = f"{one.host}, port {one.port}"
    try:
        with _connect(case, one) as server:
            if one.user and one.password:
                server.login(one.user, one.password)
            server.noop()
            if case.mail_to is not None:
                server.send_message(_probe(case, one))
    except smtplib.SMTPAuthenticationError:
        yield failed(
            place,
            f"The mail server refuses the sign-in of {one.user}.",
            "Compare ENTENTE_MAIL_PASSWORD_FILE with its password.",
        )
    except (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused):
        yield failed(
            place,
            f"The mail server refuses mail from {one.sender} to that address.",
            "Allow it there, or correct ENTENTE_MAIL_FROM.",
        )
    except smtplib.SMTPNotSupportedError:
        yield failed(
            place,
            "The mail server offers no TLS or no sign-in.",
            "Use its port for smtps (465), or turn STARTTLS on there.",
        )
    except ssl.SSLCertVerificationError as error:
        yield failed(
            place,
            f"The certificate of the mail server does not hold: {error.verify_message}.",
            "Use the name that it is made for; for a private authority name its certificate with --ca.",
        )
    except (OSError, smtplib.SMTPException) as error:
        yield failed(
            place,
            f"The mail server cannot be used at {where} ({type(error).__name__}).",
            "Look at the address in ENTENTE_MAIL, and whether smtps or smtp is right for this port.",
        )
    else:
        sent = f", and has taken a mail to {case.mail_to}" if case.mail_to is not None else ""
        yield ok(place, f"The mail server at {where} lets us in{sent}.")


def _connect(case: Case, one: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if case.authority is not None:
        context.load_verify_locations(cafile=str(case.authority))
    if one.tls:
        return smtplib.SMTP_SSL(one.host, one.port, timeout=PATIENCE, context=context)
    server = smtplib.SMTP(one.host, one.port, timeout=PATIENCE)
    if one.host not in LOOPBACK:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _probe(case: Case, one: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = one.sender, case.mail_to
    message["Subject"] = f"{case.environment.network_name}: mail works"
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=one.sender.rpartition("@")[2])
    message.set_content("The portal can send mail. This was a test; nothing needs to be done.\n")
    return message


CHECKS = (Check("mail.server", _server, 30),)
