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
    bookings = make_group(officer, provider, session, 6, status="attended")
    for booking, answer in zip(bookings, (True, True, False, None, True, False), strict=True):
        answers = {**AGREE, "workshop_beneficial": answer}
        operations.record_feedback(booking, by=facilitator, answers=answers)
    summary = facts.feedback_summary(session)
    row = next(row for row in summary["statements"] if row["text"] == "The workshop was beneficial")
    assert (summary["responses"], summary["shown"]) == (6, 6)
    assert {key: row[key] for key in ("agree", "disagree", "not_said", "percent")} == {
        "agree": 3,
        "disagree": 2,
        "not_said": 1,
        "percent": 60,
    }


def test_the_session_page_shows_comments_without_saying_whose(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 3, status="attended")
    after()
    operations.record_feedback(bookings[0], by=facilitator, answers=AGREE, comment="Zebra crossing.")
    operations.record_feedback(bookings[1], by=facilitator, answers=AGREE, comment="A long day.", may_be_quoted=True)
    operations.record_feedback(bookings[2], by=facilitator, answers=AGREE, comment="Anything.")
    page = sign_in(facilitator).get(reverse("workshops:session", args=[session.pk])).content.decode()
    said = page[page.index("Quotes that may be used") :]
    assert said.index("A long day.") < said.index("Comments that may not be quoted") < said.index("Anything.")
    assert said.index("Anything.") < said.index("Zebra crossing.")  # by the alphabet, not by the bookings
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


# --- nobody can tell who said what ----------------------------------------------------------------------------------


def test_fewer_than_three_answers_are_counted_and_not_shown(officer, provider, session, facilitator, after, sign_in):
    bookings = make_group(officer, provider, session, 2, status="attended")
    after()
    for booking in bookings:
        operations.record_feedback(booking, by=facilitator, answers=AGREE, comment="Only I say this.")
    page = sign_in(facilitator).get(reverse("workshops:session", args=[session.pk])).content.decode()
    assert "Only I say this." not in page
    assert rules.STATEMENTS["workshop_beneficial"] not in page
    assert "2 answers are not shown yet" in page
    assert "100% of 2 who attended" in page


def test_a_fourth_answer_waits_for_two_more_so_that_its_difference_cannot_be_read(
    officer, provider, session, facilitator
):
    bookings = make_group(officer, provider, session, 6, status="attended")
    seen = []
    for booking in bookings:
        agrees = booking is not bookings[3]
        FeedbackResponse.objects.create(
            booking=booking, how="link", wording="2024", given_at=session.ends_at, **dict.fromkeys(AGREE, agrees)
        )
        seen.append(facts.feedback_summary(session)["shown"])
    assert seen == [0, 0, 3, 3, 3, 6]


def test_answers_on_paper_make_no_group_with_those_that_were_given_alone(officer, provider, session, facilitator):
    """Whoever typed in two could take them away from three."""
    bookings = make_group(officer, provider, session, 3, status="attended")
    for booking, how in zip(bookings, ("paper", "paper", "link"), strict=True):
        FeedbackResponse.objects.create(
            booking=booking, how=how, wording="2024", given_at=session.ends_at, **dict.fromkeys(AGREE, True)
        )
    assert facts.feedback_summary(session) == {"responses": 3, "shown": 0, "statements": [], "comments": []}


def test_an_old_answer_keeps_the_words_that_it_answered(officer, provider, session, settings, monkeypatch, facilitator):
    bookings = make_group(officer, provider, session, 6, status="attended")
    for booking in bookings[:3]:
        operations.record_feedback(booking, by=facilitator, answers=AGREE)
    new = {name: f"{text}, I think" for name, text in rules.STATEMENTS.items()}
    monkeypatch.setitem(rules.WORDINGS, "2027", new)
    settings.SCHEME = {**settings.SCHEME, "FEEDBACK_WORDING": "2027"}
    for booking in bookings[3:]:
        operations.record_feedback(booking, by=facilitator, answers=dict.fromkeys(AGREE, False))
    rows = {row["text"]: (row["agree"], row["disagree"]) for row in facts.feedback_summary(session)["statements"]}
    assert rows["The workshop was beneficial"] == (3, 0)
    assert rows["The workshop was beneficial, I think"] == (0, 3)


def test_a_form_read_in_the_old_words_is_kept_with_the_old_words(came, facilitator, sign_in, settings, monkeypatch):
    monkeypatch.setitem(rules.WORDINGS, "2027", dict(rules.STATEMENTS))
    settings.SCHEME = {**settings.SCHEME, "FEEDBACK_WORDING": "2027"}
    data = dict.fromkeys(rules.STATEMENTS, "agree") | {"wording": "2024"}
    sign_in(facilitator).post(reverse("workshops:give_feedback", args=[came.pk]), data)
    assert FeedbackResponse.objects.get().wording == "2024"


def test_a_version_of_the_words_that_was_never_shown_is_refused(came, facilitator):
    with pytest.raises(Refusal, match="no such version"):
        operations.record_feedback(came, by=facilitator, answers=AGREE, wording="1999")


def test_who_corrects_the_register_of_one_after_the_other_learns_nobodys_answer(
    officer, provider, session, facilitator, after
):
    """Four sums of three would tell all four answers."""
    bookings = make_group(officer, provider, session, 4, status="attended")
    after()
    for booking in bookings:
        agrees = booking is bookings[2]
        FeedbackResponse.objects.create(
            booking=booking, how="link", wording="2024", given_at=session.ends_at, **dict.fromkeys(AGREE, agrees)
        )
    absent, attended = (AttendanceOutcome.objects.get(code=code) for code in ("absent_medical", "complied"))
    sums = [facts.feedback_summary(session)["statements"]]
    for booking in bookings:
        operations.record_attendance(booking, outcome=absent, by=facilitator)
        sums.append(facts.feedback_summary(session)["statements"])
        operations.record_attendance(booking, outcome=attended, by=facilitator)
    assert sums == [sums[0], [], [], [], sums[0]]
