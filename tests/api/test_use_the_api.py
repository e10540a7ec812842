"""docs/how-to/use-the-api.md is true: its requests are sent in their order and answered as it says."""

import json
import re

import pytest
import time_machine
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import NOW
from tests.placements.factories import make_placement, make_ready_case, make_session, make_site

pytestmark = pytest.mark.django_db
PAGE = settings.BASE_DIR / "docs" / "how-to" / "use-the-api.md"
BLOCKS = re.compile(r"^```http\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
ANYTHING = "…"


def exchanges():
    """(request, answer) of the page, each as (first line, headers, body)."""
    blocks = [parts(block) for block in BLOCKS.findall(PAGE.read_text())]
    requests, answers = blocks[::2], blocks[1::2]
    assert len(requests) == len(answers)
    assert all(answer[0].startswith("HTTP/1.1 ") for answer in answers)
    return list(zip(requests, answers, strict=True))


def parts(block):
    head, _, body = block.partition("\n\n")
    first, *headers = head.splitlines()
    return first, dict(header.split(": ", 1) for header in headers), body


def filled(text, known):
    """The text with the values that answers gave in the place of their words."""
    return re.sub(r"<(\w+)>", lambda match: str(known[match[1]]), text)


def agree(told, found, known, where="answer"):
    """Whether what was found is what the page tells; a word that is not known yet takes the value."""
    if told == ANYTHING:
        return
    if isinstance(told, str) and (word := re.fullmatch(r'"?<(\w+)>"?', told)):
        value = found.strip('"') if isinstance(found, str) else found
        assert str(known.setdefault(word[1], value)) == str(value), where
    elif isinstance(told, dict):
        for key, value in told.items():
            agree(value, found[key], known, f"{where}.{key}")
    elif isinstance(told, list):
        for number, value in enumerate(told):
            agree(value, found[number], known, f"{where}[{number}]")
    else:
        assert found == told, where


@time_machine.travel(NOW, tick=False)
def test_the_page_says_what_happens(force, provider):
    people = {}
    for name, organisation, role in (
        ("officer@derbyshire", force, "referrer"),
        ("triager@derbyshire", force, "triager"),
        ("coordinator@remedi", provider, "coordinator"),
    ):
        people[role] = User.objects.create_user(
            f"{name}.example", "quiet-river-walking", full_name=role, organisation=organisation, roles=[role]
        )
    case = make_ready_case(people["referrer"], people["coordinator"])
    make_session(make_placement(case, make_site(provider), people["coordinator"]))
    known = {}
    for (first, headers, body), (status, told_headers, told) in exchanges():
        method, address = filled(first, known).split(" ")
        headers = {name: filled(value, known) for name, value in headers.items() if name != "Content-Type"}
        sent = {"data": filled(body, known), "content_type": "application/json"} if body else {}
        answer = getattr(APIClient(), method.lower())(address, headers=headers, **sent)
        assert f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}" == status, (first, answer.content.decode())
        for name, value in told_headers.items():
            agree(value, answer[name], known, f"{first} {name}")
        agree(json.loads(told), answer.json(), known, first)
    assert {"officer", "triager", "case", "provider", "v2", "coordinator", "session", "placement"} <= set(known)


def test_the_page_shows_every_status_that_it_shows_in_its_table():
    shown = {answer[0].split(" ")[1] for _, answer in exchanges()}
    assert shown - {"200", "201"} <= set(re.findall(r"^\| (\d{3}) ", PAGE.read_text(), re.MULTILINE))
