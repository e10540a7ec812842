"""A real mail server on loopback, which takes what it is sent or does one of the things that mail servers do."""

import asyncio
import socket

import pytest
import time_machine
from aiosmtpd.controller import Controller

from tests.factories import NOW
from tests.reporting.conftest import celery_worker_process  # noqa: F401 - a fixture


class MailServer:
    """`mode`: accepts, refuses_for_now, refuses_for_good, drops or hangs (both with the whole message in its hands).
    `received`: every message that came in whole, whatever was answered."""

    def __init__(self):
        self.mode, self.received, self.port = "accepts", [], None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "refuses_for_good":
            return f"550 5.1.1 <{address}> no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "refuses_for_now":
            return "451 4.7.1 Try again later"
        self.received.append(envelope)
        if self.mode == "drops":
            server.transport.abort()
        if self.mode == "hangs":
            await asyncio.sleep(60)
        return "250 OK"

    @property
    def texts(self):
        return [envelope.content.decode().replace("\r\n", "\n") for envelope in self.received]

    @property
    def addressed(self):
        return [envelope.rcpt_tos[0] for envelope in self.received]


@pytest.fixture
def mail_server(settings, monkeypatch):
    """A running MailServer, which the application and the workers that it starts send to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = MailServer()
    server.port = port
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{port}")
    settings.SITE_URL = "https://ij.example"
    yield server
    controller.stop()


@pytest.fixture
def no_mail_server(mail_server, settings):
    """Nobody listens where the mail server should be."""
    settings.EMAIL_PORT = 1


@pytest.fixture(autouse=True)
def clock(request):
    """Stands at NOW; clock.move_to(…). Tests with a real worker go by the machine's."""
    if "celery_worker_process" in request.fixturenames:
        yield None
        return
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def queued(monkeypatch):
    """How often the sending was handed to a worker."""
    from notices import tasks

    calls = []
    monkeypatch.setattr(tasks.send_due, "delay", lambda: calls.append("send_due"))
    return calls
