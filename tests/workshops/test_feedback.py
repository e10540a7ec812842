"""What people thought of a workshop."""

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals.models import AttendanceOutcome
from tests.workshops.factories import make_booking, make_group
from workshops import facts, operations, rules
from workshops.models import FeedbackResponse

AGREE = dict.fromkeys(rules.STATEMENTS, True)


@pytest.fixture
def came(case, session, after):
    booking = make_booking(case, session, status="attended")
    after()
    return booking


def test_feedback_is_kept_with_the_version_of_its_statements(came, facilitator):
    answers = {**AGREE, "workshop_beneficial": False, "positive_experience_overall": None}
    operations.record_feedback(came, by=facilitator, answers=answers, comment="Too long.", may_be_quoted=True)
    response = FeedbackResponse.objects.get()
    assert response.better_understanding_of_asb is True
    assert response.workshop_beneficial is False
    assert response.positive_experience_overall is None
    assert (response.wording, response.may_be_quoted) == ("2024", True)
    assert Event.objects.get(kind="feedback.given").data == {}


def test_feedback_is_given_once(came, facilitator):
    operations.record_feedback(came, by=facilitator, answers=AGREE)
    with pytest.raises(IllegalMove, match="already recorded for this person, on 11 June 2026"):
        operations.record_feedback(came, by=facilitator, answers=dict.fromkeys(rules.STATEMENTS, False))
    assert FeedbackResponse.objects.get().workshop_beneficial is True


@pytest.mark.parametrize("status", ["waitlisted", "booked", "did_not_attend", "cancelled"])
def test_only_somebody_who_attended_gives_feedback(status, case, session, facilitator, after):
    booking = make_booking(case, session, status=status)
    after()
    with pytest.raises(Refusal, match="only for somebody who attended"):
        operations.record_feedback(booking, by=facilitator, answers=AGREE)


def test_nothing_is_quoted_where_nothing_was_said(came, facilitator):
    operations.record_feedback(came, by=facilitator, answers=AGREE, comment="", may_be_quoted=True)
    assert FeedbackResponse.objects.get().may_be_quoted is False


def test_the_summary_counts_and_divides_by_those_who_answered(officer, provider, session, facilitator):
    bookings = make_group(officer, provider, session, 4, status="attended")
    for booking, answer in zip(bookings, (True, True, False, None), strict=True):
        answers = {**AGREE, "workshop_beneficial": answer}
        operations.record_feedback(booking, by=facilitator, answers=answers)
    summary = facts.feedback_summary(session)
    row = next(row for row in summary["statements"] if row["text"] == "The workshop was beneficial")
    assert summary["responses"] == 4
    assert {key: row[key] for key in ("agree", "disagree", "not_said", "percent")} == {
        "agree": 2,
        "disagree": 1,
        "not_said": 1,
        "percent": 67,
    }


def test_the_session_page_shows_comments_without_saying_whose(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 2, status="attended")
    after()
    operations.record_feedback(bookings[0], by=facilitator, answers=AGREE, comment="Zebra crossing.")
    operations.record_feedback(bookings[1], by=facilitator, answers=AGREE, comment="A long day.", may_be_quoted=True)
    page = sign_in(facilitator).get(reverse("workshops:session", args=[session.pk])).content.decode()
    said = page[page.index("What people said") :]
    assert said.index("A long day.") < said.index("Zebra crossing.")  # by the alphabet, not by the bookings
    assert "Person 1" not in said
    assert "Person 2" not in said


def test_feedback_is_not_counted_after_a_correction_to_absent(came, facilitator):
    operations.record_feedback(came, by=facilitator, answers=AGREE)
    absent = AttendanceOutcome.objects.get(code="absent_medical")
    operations.record_attendance(came, outcome=absent, by=facilitator)
    assert facts.feedback_summary(came.session)["responses"] == 0


# --- the page -------------------------------------------------------------------------------------------------------


def test_a_facilitator_enters_a_form_filled_in_on_paper(came, facilitator, sign_in):
    data = dict.fromkeys(rules.STATEMENTS, "agree") | {"workshop_beneficial": "not_said", "comment": "It was fair."}
    done = sign_in(facilitator).post(reverse("workshops:give_feedback", args=[came.pk]), data, follow=True)
    html = done.content.decode()
    assert "Feedback saved." in html
    assert "Feedback given" in html
    response = FeedbackResponse.objects.get()
    assert (response.workshop_beneficial, response.comment, response.may_be_quoted) == (None, "It was fair.", False)


def test_a_statement_left_out_keeps_the_rest_and_says_what_to_select(came, facilitator, sign_in):
    data = dict.fromkeys(rules.STATEMENTS, "disagree") | {"comment": "Line one\nline two"}
    del data["workshop_beneficial"]
    page = sign_in(facilitator).post(reverse("workshops:give_feedback", args=[came.pk]), data).content.decode()
    assert "Select an answer to ‘The workshop was beneficial’" in page
    assert page.count('value="disagree" checked') == 4
    assert "Line one&#10;line two" in page
    assert not FeedbackResponse.objects.exists()


def test_the_page_refuses_feedback_twice(came, facilitator, sign_in):
    operations.record_feedback(came, by=facilitator, answers=AGREE)
    data = dict.fromkeys(rules.STATEMENTS, "disagree") | {"comment": "Second thoughts"}
    page = sign_in(facilitator).post(reverse("workshops:give_feedback", args=[came.pk]), data)
    assert page.status_code == 409
    assert "Feedback was already recorded for this person" in page.content.decode()
    assert "Second thoughts" in page.content.decode()
