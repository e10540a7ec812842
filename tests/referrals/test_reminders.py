"""An officer is reminded of a question: by hand at most once a working day, and by itself after two working days."""

from datetime import timedelta

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals import operations
from referrals.lifecycle import Status
from referrals.models import Deadline, Query
from referrals.operations import reminding
from referrals.tasks import remind_of_questions
from tests.factories import NOW, make_referral
from tests.referrals.factories import make_case
from tests.referrals.pages import shown, url
from tests.waiting import while_another_waits

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)  # NOW is a Wednesday, 10 in the morning


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(officer, triager):
    return make_case("queried", officer, triager, None)


def reminders():
    return Event.objects.filter(kind="referral.reminded").count()


# --- by hand --------------------------------------------------------------------------------------------------------


def test_a_reminder_tells_the_officers_and_stands_in_the_timeline(case, officer, triager, sign_in, clock):
    clock.move_to(NOW + DAY)
    client = sign_in(triager)
    assert "Send a reminder" in shown(client, url("detail", case))
    page = client.post(url("remind", case), follow=True).content.decode()
    assert "Amir Khan is reminded of the question." in page
    assert "Reminded on 11 June 2026, 10:00" in page
    assert "You can send a reminder from Friday 12 June" in page
    assert "The officer was reminded of the question" in page
    assert Query.objects.get().reminded_at == NOW + DAY
    assert [notice.user for notice in Notice.objects.all()] == [officer]


def test_it_is_refused_on_the_day_of_the_question(case, triager, sign_in):
    client = sign_in(triager)
    assert "Send a reminder" not in shown(client, url("detail", case))
    page = client.post(url("remind", case), follow=True).content.decode()
    assert "The officer was asked on 10 June 2026 at 10:00. You can send a reminder from Thursday 11 June." in page
    assert reminders() == 0


def test_it_is_refused_a_second_time_on_one_working_day(case, triager, clock):
    clock.move_to(NOW + 2 * DAY)  # Friday
    operations.remind(case, by=triager)
    for later in (HOUR, DAY, 2 * DAY):  # Friday, Saturday, Sunday
        clock.move_to(NOW + 2 * DAY + later)
        with pytest.raises(Refusal, match=r"was reminded on 12 June 2026 at 10:00.* from Monday 15 June"):
            operations.remind(case, by=triager)
    clock.move_to(NOW + 5 * DAY)
    operations.remind(case, by=triager)
    assert reminders() == 2


def test_it_is_refused_when_nothing_waits(officer, triager):
    with pytest.raises(IllegalMove, match="No question about"):
        operations.remind(make_referral(officer, status="submitted"), by=triager)


def test_an_officer_has_no_such_button(case, officer, sign_in, clock):
    clock.move_to(NOW + DAY)
    client = sign_in(officer)
    assert "reminder" not in shown(client, url("detail", case))
    assert client.post(url("remind", case)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remind_at_once_the_second_is_told(case, triager, clock):
    clock.move_to(NOW + DAY)
    outcome = while_another_waits(
        lambda: operations.remind(case, by=triager), lambda: operations.remind(case, by=triager)
    )
    assert isinstance(outcome, Refusal)
    assert reminders() == 1


# --- by itself ------------------------------------------------------------------------------------------------------


def test_it_comes_by_itself_after_two_working_days_and_again_after_two_more(case, officer, clock):
    for when, expected in [
        (2 * DAY - HOUR, 0),
        (2 * DAY, 1),  # Friday at 10
        (2 * DAY + HOUR, 1),
        (5 * DAY, 1),  # Monday
        (6 * DAY, 2),  # Tuesday at 10: the weekend does not count
    ]:
        clock.move_to(NOW + when)
        remind_of_questions()
        assert reminders() == expected, when
    assert Event.objects.filter(kind="referral.reminded").first().actor is None
    assert {notice.user for notice in Notice.objects.all()} == {officer}


def test_a_reminder_by_hand_starts_the_two_days_again(case, triager, clock):
    clock.move_to(NOW + DAY)
    operations.remind(case, by=triager)
    clock.move_to(NOW + 2 * DAY)
    remind_of_questions()
    assert reminders() == 1


def test_how_long_is_a_row_of_the_reference_data(case, clock):
    Deadline.objects.filter(code="query_reminder").update(amount=1)
    clock.move_to(NOW + DAY)
    assert remind_of_questions() == 1


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_nobody_is_reminded_in_a_case_that_was_closed(status, case, clock):
    type(case).objects.update(status=status, closed_at=NOW)
    clock.move_to(NOW + 30 * DAY)
    assert remind_of_questions() == 0


def test_nobody_is_reminded_of_what_they_answered(case, officer, clock):
    operations.answer(case, by=officer, text="Yes.")
    clock.move_to(NOW + 30 * DAY)
    assert remind_of_questions() == 0


# --- the thread -----------------------------------------------------------------------------------------------------


def test_questions_reminders_and_answers_read_as_one_thread(case, officer, triager, sign_in, clock):
    clock.move_to(NOW + DAY)
    operations.remind(case, by=triager)
    operations.answer(case, by=officer, text="The shop was asked.")
    operations.ask(case, by=triager, question="And the owner of the car?")
    page = shown(sign_in(officer), url("detail", case))
    thread = page[page.index("Questions and answers") : page.index("What has happened")]
    said = ["Was the shop asked?", "Officer reminded", "The shop was asked.", "And the owner of the car?"]
    assert [thread.index(words) for words in said] == sorted(thread.index(words) for words in said)
    assert "by Carol Finch" in thread
    assert "by Amir Khan" in thread

    answering = shown(sign_in(officer), url("answer", case))
    assert answering.index("The shop was asked.") < answering.index("And the owner of the car?")
    assert answering.count("And the owner of the car?") == 1
    refused = sign_in(officer).post(url("answer", case), {"text": ""}).content.decode()
    assert "The shop was asked." in refused


def test_the_provider_reads_no_question(officer, triager, coordinator, provider, sign_in):
    case = make_case("active", officer, triager, provider)
    case.queries.create(question="Was the shop asked?", asked_by=triager, asked_at=NOW, answer="Yes.",
                        answered_by=officer, answered_at=NOW, reminded_at=NOW)  # fmt: skip
    operations.take_on(case, by=coordinator)
    page = shown(sign_in(coordinator), url("detail", case))
    assert "Was the shop asked?" not in page
    assert "Officer reminded" not in page


def test_a_question_that_cannot_be_reminded_of_does_not_hold_up_the_others(
    case, officer, triager, clock, monkeypatch, caplog
):
    other = make_case("queried", officer, triager, None)
    tell = reminding.tell

    def fails_for_the_first(about, *told, **more):
        if about.pk == case.pk:
            raise ValueError("A row that nobody can tell of.")
        return tell(about, *told, **more)

    monkeypatch.setattr(reminding, "tell", fails_for_the_first)
    clock.move_to(NOW + 7 * DAY)
    assert operations.remind_of_all(NOW + 7 * DAY) == 1
    assert str(case.pk) in caplog.text
    assert [query.case for query in Query.objects.filter(reminded_at__isnull=False)] == [other]
    monkeypatch.undo()
    assert operations.remind_of_all(NOW + 7 * DAY) == 1
