"""Hands one mail to the mail server; what the server does not take is tried again for two and a half days."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection

from members.background.registry import TaskFailed, task


@task("mail.deliver")
def deliver(*, to: str, subject: str, text: str, identity: str, date: str) -> None:
    """A second run sends the same mail under the same identity, which mail programs show once.

    No server says whether it has one already: of sending it twice and perhaps not at all, this is the former.
    """
    line = get_connection()
    headers = {"Message-ID": identity, "Date": date}
    try:
        EmailMessage(subject, text, to=[to], headers=headers, connection=line).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        raise TaskFailed(f"The mail server refuses the recipient ({', '.join(codes)}).") from error
    except smtplib.SMTPAuthenticationError as error:
        raise TaskFailed(f"The mail server refuses the user or the password ({error.smtp_code}).") from error
    except smtplib.SMTPNotSupportedError as error:
        raise TaskFailed(f"The mail server cannot do what is asked of it: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise TaskFailed(f"The mail server refuses the mail ({error.smtp_code}).") from error
    except ssl.SSLCertVerificationError as error:
        raise TaskFailed(
            f"The certificate of the mail server is not valid: {error.verify_message}."
        ) from error
    except OSError as error:
        # smtplib's own errors are of this kind as well
        why = error.strerror or type(error).__name__
        raise TaskFailed(f"The mail server cannot be reached, or the line broke: {why}.") from error
    finally:
        with suppress(OSError):
            line.close()  # a line that was refused half-way is otherwise left open
