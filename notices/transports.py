"""The ways by which an email or a text message leaves: the mail server, or GOV.UK Notify (MESSAGES_VIA).

Whatever a transport meets it says in one of three words: Unreachable (nothing was handed over, and nobody's message is
at fault), Refused (it says for certain that it did not take this one) or Interrupted (nobody can know).
"""

import logging
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

BROKE = "The connection broke while the email was being handed over."
UNANSWERED = "GOV.UK Notify did not say whether it took the message."
SECONDS = 10  # that Notify may take over its answer

# What says for certain that the mail server did not take the email.
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError, ValueError)

# The client logs the answers of Notify, which may quote whom it was to reach.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)


class _Said(Exception):
    """`said`: the other side's own words, for an administrator or the triage team; they may name an address, so they
    never go to a log. `kind`: what may."""

    def __init__(self, said: str, kind: str):
        super().__init__(kind)
        self.said, self.kind = said.replace("\x00", "")[:450], kind


class Unreachable(_Said):
    """Nothing was handed over: whatever waits, waits for its next try."""


class TooMany(Unreachable):
    """Not taken, because there were too many at once: the rest is tried in the next run."""


class Refused(_Said):
    """Not taken, for certain. `for_good`: trying again is of no use."""

    def __init__(self, said: str, kind: str, *, for_good: bool):
        super().__init__(said, kind)
        self.for_good = for_good


class Interrupted(_Said):
    """Perhaps taken, perhaps not."""


class Transport(Protocol):
    """One run of a worker goes by one of these: open() it, hand over one after the other, close() it. send() returns
    the number that the transport gave the message."""

    def open(self) -> None: ...
    def send(self, *, channel: str, to: str, subject: str, text: str, reference: str) -> str: ...
    def close(self) -> None: ...


def may_text() -> bool:
    """Whether text messages can be sent at all."""
    return settings.MESSAGES_VIA == "notify" and bool(settings.NOTIFY_SMS_TEMPLATE)


def transport() -> Transport:
    return ByNotify() if settings.MESSAGES_VIA == "notify" else ByMail()


# --- the mail server ------------------------------------------------------------------------------------------------


class ByMail:
    """Emails over SMTP."""

    connection: Any = None

    def open(self):
        if self.connection is None:
            self.connection = connected()

    def send(self, *, channel, to, subject, text, reference):
        if channel != "email":
            raise Refused("There is no way to send text messages.", "no texts", for_good=True)
        name = f"<message-{reference}@{urlsplit(settings.SITE_URL).hostname}>"
        headers = {"Message-ID": name, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        try:
            return hand_over(EmailMessage(subject, text, to=[to], headers=headers), self.connection)
        except _Said:  # whatever state the server is in: the next email starts afresh
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def connected():
    """An open connection to the mail server, or Unreachable."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise Unreachable(f"The mail server cannot be reached: {_words(error)}", type(error).__name__) from error
    return connection


def hand_over(email: EmailMessage, connection) -> str:
    """The mail server has the email, by this Message-ID; else Refused or Interrupted."""
    email.connection = connection
    try:
        email.send()
    except REFUSALS as error:
        code = _code(error)
        raise Refused(_words(error), f"{type(error).__name__} {code}", for_good=code >= 500) from error
    except OSError as error:  # smtplib's other errors are OSErrors
        raise Interrupted(BROKE, type(error).__name__) from error
    return str(email.extra_headers["Message-ID"])


def _code(error) -> int:
    """What kind of refusal: from 500 on, trying again is of no use."""
    if isinstance(error, SMTPRecipientsRefused):
        return next(code for code, _ in error.recipients.values())
    return getattr(error, "smtp_code", 599)  # not even the address could be written


def _words(error) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        code, words = "", getattr(error, "strerror", None) or str(error)
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {words}".strip()


# --- GOV.UK Notify --------------------------------------------------------------------------------------------------


class ByNotify:
    """Emails and text messages over GOV.UK Notify: two templates there, which hold ((subject)) and ((body)) or
    ((body)). docs/operations.md says how they are set up."""

    client: Any = None

    def open(self):
        if self.client is None:
            self.client = NotificationsAPIClient(settings.NOTIFY_API_KEY, settings.NOTIFY_URL, timeout=SECONDS)

    def send(self, *, channel, to, subject, text, reference):
        try:
            if channel == "sms":
                answer = self.client.send_sms_notification(
                    to, settings.NOTIFY_SMS_TEMPLATE, {"body": text}, reference=reference
                )
            else:
                answer = self.client.send_email_notification(
                    to, settings.NOTIFY_EMAIL_TEMPLATE, {"subject": subject, "body": text}, reference=reference
                )
        except APIError as error:
            raise _what_notify_meant(error) from error
        return str(answer.get("id", ""))[:100]

    def close(self):
        if self.client is not None:
            self.client.request_session.close()
            self.client = None


def _what_notify_meant(error: APIError) -> _Said:
    """In one of our three words. A limit, a key that is not taken and a clock that is wrong are nobody's message's
    fault: everything waits."""
    if isinstance(error, InvalidResponse):
        return Interrupted(UNANSWERED, "no JSON")
    if error.response is None:
        cause = error.__cause__ or error.__context__
        if _never_connected(cause):
            return Unreachable("GOV.UK Notify cannot be reached.", type(cause).__name__)
        return Interrupted(UNANSWERED, type(cause).__name__)
    code, said = error.status_code, f"GOV.UK Notify: {error.status_code} {_joined(error.message)}"
    if code == 429:
        return TooMany(said, str(code))
    if code in (401, 403):
        return Unreachable(said, str(code))
    return Refused(said, str(code), for_good=400 <= code < 500)


def _never_connected(cause) -> bool:
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _joined(message) -> str:
    if isinstance(message, list):
        return " ".join(str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in message)
    return str(message)
