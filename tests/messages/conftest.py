"""Workshops of 11 June 2026 and their people, a real mail server, and a stand-in for GOV.UK Notify."""

import json
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest

from tests.factories import make_person
from tests.messages.factories import make_message
from tests.notices.conftest import mail_server, no_mail_server  # noqa: F401 - fixtures
from tests.workshops.conftest import clock  # noqa: F401 - a fixture
from tests.workshops.factories import TOMORROW, make_booking, make_ready_case, make_session

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"


class Notify:
    """Speaks GOV.UK Notify's HTTP interface on a real socket. `mode`: accepts, throttles, refuses, fails, hangs, drops
    (both with the whole message in its hands) or chokes. `received`: (path, JSON) of whatever came in whole; `tokens`:
    what each request was signed with."""

    def __init__(self):
        self.mode, self.received, self.tokens, self.limit = "accepts", [], [], None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                bearer = self.headers["Authorization"].removeprefix("Bearer ")
                try:
                    claims = jwt.decode(
                        bearer, SECRET, algorithms=["HS256"], options={"verify_iat": False, "verify_exp": False}
                    )
                except jwt.InvalidTokenError:
                    return self.answer(403, "Invalid token: signature, api token not found", "AuthError")
                outer.tokens.append(claims)
                if claims["iss"] != SERVICE:
                    return self.answer(403, "Invalid token: service not found", "AuthError")
                if outer.mode == "refuses":
                    return self.answer(400, "email_address Not a valid email address", "ValidationError")
                over = outer.limit is not None and len(outer.received) >= outer.limit
                if outer.mode == "throttles" or over:
                    message = "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
                    return self.answer(429, message, "RateLimitError")
                if outer.mode == "fails":
                    return self.answer(500, "Internal server error", "Exception")
                outer.received.append((self.path, body))
                if outer.mode == "hangs":
                    time.sleep(2)
                if outer.mode == "drops":
                    return self.connection.close()
                if outer.mode == "chokes":
                    return self.put(201, b"<html>not Notify</html>")
                return self.put(201, json.dumps({"id": f"notify-{len(outer.received)}"}).encode())

            def answer(self, status, message, error):
                body = {"status_code": status, "errors": [{"error": error, "message": message}]}
                self.put(status, json.dumps(body).encode())

            def put(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def bodies(self):
        return [body for _, body in self.received]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def notify(settings, monkeypatch):
    """A running Notify, which messages go by."""
    server = Notify()
    settings.MESSAGES_VIA = "notify"
    settings.NOTIFY_API_KEY = f"test-{SERVICE}-{SECRET}"
    settings.NOTIFY_EMAIL_TEMPLATE, settings.NOTIFY_SMS_TEMPLATE = "template-email", "template-sms"
    settings.NOTIFY_URL = server.url
    settings.SITE_URL = "https://ij.example"
    monkeypatch.setattr("notices.transports.SECONDS", 1)
    yield server
    server.stop()


@pytest.fixture
def no_notify(notify, settings):
    """Nobody listens where Notify should be."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.NOTIFY_URL = f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(autouse=True)
def queued(monkeypatch):
    """How often the sending was handed to a worker; nothing is sent by itself here."""
    from referrals import tasks

    calls = []
    monkeypatch.setattr(tasks.send_messages, "delay", lambda: calls.append("send_messages"))
    return calls


@pytest.fixture
def session(facilitator):
    """A session in three weeks."""
    return make_session(facilitator, starts_at=TOMORROW + timedelta(days=21))


@pytest.fixture
def message(officer, provider, session):
    """An invitation that is to be sent to the safe email address of an adult."""
    person = make_person(officer.organisation, email="jordan@example.com", email_is_safe=True, phone="07700 900123")
    case = make_ready_case(officer, provider, participant=person)
    return make_message(case, make_booking(case, session))
