"""Notes on a case: who writes and reads them, and that they stay as they were written."""

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from audit.models import Change, Event
from referrals.models import Note, OverrideRequest
from tests.factories import NOW, make_active_case, make_referral
from tests.referrals.factories import make_case
from tests.referrals.pages import STATUSES, shown, url
from tests.referrals.test_lifecycle import at_once, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def write(client, case, text="Works nights.", **more):
    return client.post(url("notes", case), {"text": text, "once": "a" * 32, **more})


@pytest.mark.parametrize("who", ["officer", "triager", "coordinator"])
def test_whoever_works_on_a_case_writes_what_all_of_them_read(
    who, case, officer, triager, coordinator, request, sign_in
):
    writer = request.getfixturevalue(who)
    answer = write(sign_in(writer), case)
    assert answer["Location"] == url("notes", case)
    for reader in (officer, triager, coordinator):
        assert "Works nights." in shown(sign_in(reader), url("notes", case))
    note = Note.objects.get()
    assert (note.by, note.at, note.sensitive) == (writer, NOW, False)


@pytest.mark.parametrize("status", STATUSES)
def test_a_note_is_written_in_any_status(status, officer, triager, provider, sign_in):
    case = make_case(status, officer, triager, provider)
    write(sign_in(officer), case)
    assert Note.objects.get().case == case


def test_on_a_closed_case_the_page_says_why_one_may_still_write(officer, triager, provider, sign_in):
    closed = make_case("completed", officer, triager, provider)
    assert "This case is closed. You can still write down what comes to light." in shown(
        sign_in(officer), url("notes", closed)
    )


def test_a_sensitive_note_is_read_by_its_writer_and_the_triage_team_only(
    case, officer, other_officer, triager, coordinator, sign_in
):
    case.named_officers.add(other_officer)
    write(sign_in(officer), case, "She lives next door.", sensitive="true")
    for reader, reads in ((officer, True), (triager, True), (coordinator, False), (other_officer, False)):
        client = sign_in(reader)
        assert ("She lives next door." in shown(client, url("notes", case))) is reads
        assert ("Sensitive note written" in client.get(url("detail", case)).content.decode()) is (reader == triager)
        tabs = {tab["text"]: tab.get("count") for tab in client.get(url("notes", case)).context["tabs"]}
        assert tabs["Notes"] == int(reads)


def test_the_hint_says_who_will_read_it(case, officer, sign_in):
    page = shown(sign_in(officer), url("notes", case))
    assert "Everybody who may open this case reads it, the provider too. Do not name the victim." in page
    assert "Sensitive: only the triage team and I read it" in page


def test_an_empty_note_is_refused(case, officer, sign_in):
    answer = write(sign_in(officer), case, "  ")
    assert answer.context["form"].errors == {"text": ["Enter the note"]}
    assert not Note.objects.exists()


def test_a_note_that_is_too_long_stays_in_its_box(case, officer, sign_in):
    page = write(sign_in(officer), case, "x" * 4001, sensitive="true")
    assert "x" * 4001 in page.content.decode()
    assert page.context["form"]["sensitive"].value()
    assert not Note.objects.exists()


def test_a_form_sent_twice_makes_one_note_and_another_text_another(case, officer, sign_in):
    client = sign_in(officer)
    write(client, case)
    write(client, case)
    assert Note.objects.count() == 1
    write(client, case, "After going back.")
    assert Note.objects.count() == 2


def test_what_a_note_says_stands_in_no_event(case, officer, sign_in):
    write(sign_in(officer), case)
    event = Event.objects.get(kind="note.written")
    assert (event.ids, event.data, event.case) == ([str(Note.objects.get().pk)], {}, case.pk)
    assert Change.objects.of_event(event).filter(table="referrals_note").count() == 1


def test_a_note_is_marked_as_sensitive_after_asking_once_more(case, officer, coordinator, sign_in):
    note = case.notes.create(text="Mrs Quill is next door.", by=officer, at=NOW)
    client, address = sign_in(coordinator), url("mark_note_sensitive", case, note)
    page = shown(client, address)
    assert "This cannot be taken back. You will not see it any more." in page
    assert "Mrs Quill is next door." in page
    assert client.post(address)["Location"] == url("notes", case)
    assert "Mrs Quill" not in shown(client, url("notes", case))
    assert client.get(address).status_code == 404
    assert Event.objects.filter(kind="note.marked_sensitive", actor=coordinator.pk).count() == 1


def test_a_note_already_marked_says_so(case, officer, sign_in):
    note = case.notes.create(text="x", by=officer, at=NOW, sensitive=True)
    answer = sign_in(officer).post(url("mark_note_sensitive", case, note))
    assert answer.status_code == 409
    assert "already marked as sensitive" in answer.content.decode()
    assert not Event.objects.filter(kind="note.marked_sensitive").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_mark_at_once_one_does(case, officer, triager):
    from referrals import operations

    note = case.notes.create(text="x", by=officer, at=NOW)
    outcomes = at_once(*(lambda u=u: operations.mark_sensitive(note, by=u) for u in (officer, triager)))
    assert len(refused(outcomes)) == 1
    assert Event.objects.filter(kind="note.marked_sensitive").count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referrals_note SET sensitive = false",
        "UPDATE referrals_note SET text = 'Nothing.'",
        "UPDATE referrals_note SET by_id = NULL",
        "DELETE FROM referrals_note",
    ],
)
def test_the_database_takes_back_neither_a_note_nor_its_mark(sql, case, officer):
    case.notes.create(text="x", by=officer, at=NOW, sensitive=True)
    with pytest.raises(DatabaseError, match=r"stays sensitive|permission denied"), transaction.atomic():
        connection.cursor().execute(sql)
    note = Note.objects.get()
    assert (note.text, note.sensitive) == ("x", True)


def test_a_note_of_another_case_is_not_found_under_this_one(case, officer, other_officer, sign_in):
    other = make_referral(other_officer, status="submitted")
    theirs = other.notes.create(text="x", by=other_officer, at=NOW)
    assert sign_in(officer).get(url("mark_note_sensitive", case, theirs)).status_code == 404
    assert sign_in(officer).post(url("mark_note_sensitive", other, theirs)).status_code == 404
    assert not Note.objects.get().sensitive


def test_a_manager_reads_no_notes(case, manager, coordinator, sign_in):
    OverrideRequest.objects.create(
        case=case, kind="place_before_workshop", reason="x", asked_by=coordinator, asked_at=NOW
    )
    client = sign_in(manager)
    assert client.get(url("notes", case)).status_code == 403
    assert "Notes" not in [tab["text"] for tab in client.get(url("detail", case)).context["tabs"]]


def test_notes_come_in_pages_newest_first(case, officer, sign_in):
    for number in range(30):
        case.notes.create(text=f"Note {number}.", by=officer, at=NOW)
    client, address = sign_in(officer), url("notes", case)
    first = client.get(address)
    assert first.context["notes"][0].text == "Note 29."
    second = client.get(address + first.context["next"])
    assert [note.text for note in second.context["notes"]] == [f"Note {number}." for number in range(4, -1, -1)]
    assert len(client.get(address + second.context["previous"]).context["notes"]) == 25


@pytest.mark.parametrize("cursor", ["x", "2026-06-10T09:00:00+00:00,x", f"2026-06-10T09:00:00+00:00,{'9' * 40}"])
def test_a_cursor_that_is_none_shows_no_fault(cursor, case, officer, sign_in):
    answer = sign_in(officer).get(url("notes", case), {"after": cursor})
    assert answer.status_code in (200, 404)
