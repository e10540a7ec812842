"""Feedback by a link that is answered once, without an account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from referrals.models import Referral
from tests.workshops.factories import make_booking, make_group
from workshops import facts, operations, rules
from workshops.models import FeedbackLink, FeedbackResponse

AGREED = dict.fromkeys(rules.STATEMENTS, "agree")
GIVEN = {"answers": dict.fromkeys(rules.STATEMENTS, True)}


@pytest.fixture
def came(case, session, after):
    booking = make_booking(case, session, status="attended")
    after()
    return booking


@pytest.fixture
def token(came, facilitator):
    return operations.make_link(came, by=facilitator)


@pytest.fixture
def phone():
    """A browser that nobody signed in on, and that insists on everything Django checks."""
    return Client(enforce_csrf_checks=True)


def at(token):
    return reverse("workshops:say", args=[token])


def test_a_participant_answers_on_their_own_phone_once(token, came, phone):
    page = phone.get(at(token)).content.decode()
    assert page.count('type="radio"') == 15
    done = phone.post(
        at(token), {**AGREED, "workshop_beneficial": "not_said", "comment": "Fair.", "may_be_quoted": "true"}
    )
    assert (done.status_code, done["Location"]) == (302, reverse("workshops:thank_you"))
    response = FeedbackResponse.objects.get()
    assert (response.booking, response.how, response.wording) == (came, "link", "2024")
    assert (response.workshop_beneficial, response.comment, response.may_be_quoted) == (None, "Fair.", True)
    again = phone.post(at(token), AGREED)
    assert again.status_code == 404
    assert "does not work any more" in again.content.decode()
    assert FeedbackResponse.objects.count() == 1


def test_the_page_names_nobody_sets_no_cookie_and_is_kept_by_nobody(token, came, phone):
    page = phone.get(at(token))
    html = page.content.decode()
    for personal in ("Jordan", "Ashe", came.case.reference, "Ilkeston", "Patel", str(came.pk)):
        assert personal not in html
    assert not page.cookies
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "style=" not in html
    assert 'href="/"' not in html


def test_a_statement_left_out_keeps_the_rest(token, phone):
    answers = {**AGREED, "comment": "It was\nlong."}
    del answers["positive_experience_overall"]
    page = phone.post(at(token), answers).content.decode()
    assert "Select an answer to ‘It was a positive experience overall’" in page
    assert page.count('value="agree" checked') == 4
    assert "It was&#10;long." in page
    assert not FeedbackResponse.objects.exists()


def test_the_database_holds_a_digest_and_the_trail_nothing_of_the_secret(token):
    assert FeedbackLink.objects.get().digest == sha256(token.encode()).hexdigest()
    assert token not in str(list(Event.objects.values_list("kind", "data")))


def test_it_expires_after_28_days(token, phone, clock, session):
    clock.move_to(FeedbackLink.objects.get().made_at + timedelta(days=28), tick=False)
    assert phone.get(at(token)).status_code == 404


def test_a_new_link_ends_the_old_one(token, came, facilitator, phone):
    newer = operations.make_link(came, by=facilitator)
    assert phone.get(at(token)).status_code == 404
    assert phone.get(at(newer)).status_code == 200
    assert FeedbackLink.objects.count() == 1


def test_paper_and_link_together_are_counted_once(token, came, facilitator, phone):
    operations.record_feedback(came, by=facilitator, **GIVEN)
    assert phone.post(at(token), AGREED).status_code == 404
    with pytest.raises(IllegalMove, match="already given feedback"):
        operations.make_link(came, by=facilitator)
    assert FeedbackResponse.objects.count() == 1


def test_a_link_dies_when_they_were_not_there_after_all(token, came, phone):
    came.status, came.outcome_id = "did_not_attend", "unacceptable_absence"
    came.save()
    assert phone.post(at(token), AGREED).status_code == 404
    with pytest.raises(IllegalMove):
        operations.answer_link(token, **GIVEN)


def test_an_answer_before_the_register_counts_once_the_register_says_so(case, session, facilitator, after):
    booking = make_booking(case, session)
    after()
    operations.answer_link(operations.make_link(booking, by=facilitator), **GIVEN)
    assert facts.feedback_summary(session)["responses"] == 0
    operations.record_attendance(booking, outcome=_outcome("complied"), by=facilitator)
    assert facts.feedback_summary(session)["responses"] == 1


def _outcome(code):
    from referrals.models import AttendanceOutcome

    return AttendanceOutcome.objects.get(code=code)


def test_nobody_is_asked_before_the_session(case, session, facilitator):
    booking = make_booking(case, session)
    with pytest.raises(Refusal, match="from the start of the session"):
        operations.make_link(booking, by=facilitator)


@pytest.mark.parametrize("wrong", ["x", "x" * 43, "%00", "é" * 20])
def test_another_secret_opens_nothing(wrong, token, phone):
    assert phone.get(f"/workshops/say/{wrong}/").status_code == 404


def test_too_many_questions_are_refused_and_the_address_is_not_logged(token, phone, caplog):
    pretended = [{"X-Forwarded-For": f"198.51.100.{number}"} for number in range(121)]
    answers = [phone.get(at(token), headers=headers).status_code for headers in pretended]
    assert (answers[0], answers[-1]) == (200, 429)
    assert "Too Many Requests: /workshops/say/…/" in caplog.text
    assert token not in caplog.text


def test_while_redis_is_away_people_still_answer(token, phone, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert phone.post(at(token), AGREED).status_code == 302
    assert FeedbackResponse.objects.count() == 1


def test_nothing_but_asking_and_answering_can_be_done_and_no_answer_is_kept(token, phone):
    for refused in (phone.put(at(token)), phone.delete(at(token)), phone.options(at(token))):
        assert (refused.status_code, refused["Cache-Control"], refused["X-Robots-Tag"]) == (
            405, "no-store", "noindex, nofollow",
        )  # fmt: skip


def test_what_the_trail_says_of_an_answer_is_that_it_was_given(token, came, phone):
    phone.post(at(token), {**AGREED, "comment": "Fair."})
    event = Event.objects.get(kind="feedback.given")
    assert (event.actor, event.case, event.data) == (None, came.case_id, {})


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_kept(token, came):
    def answer(agrees):
        try:
            operations.answer_link(token, answers=dict.fromkeys(rules.STATEMENTS, agrees))
        except IllegalMove as refusal:
            return refusal.sentence
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(4) as crowd:
        said = list(crowd.map(answer, [True, False, True, False]))
    assert said.count("") == 1
    assert FeedbackResponse.objects.count() == 1


# --- the pages that make them ---------------------------------------------------------------------------------------


def test_the_facilitator_shows_a_code_once(came, facilitator, sign_in, phone):
    client = sign_in(facilitator)
    page = client.get(reverse("workshops:session", args=[came.session_id])).content.decode()
    address = reverse("workshops:give_link", args=[came.pk])
    assert address in page
    assert not FeedbackLink.objects.exists()
    made = client.post(address)
    html = made.content.decode()
    assert '<svg viewBox="0 0 ' in html
    assert made["Cache-Control"] == "no-store"
    assert phone.get(made.context["address"]).status_code == 200
    assert made.context["address"] not in client.get(address).content.decode()


def test_a_code_holds_the_address(token):
    import io

    import segno

    address = f"https://ij.example{at(token)}"
    code = segno.make_qr(address, error="m")
    out = io.StringIO()
    code.save(out, kind="txt")
    assert code.version <= 8
    from govuk.qr import qr_of

    assert qr_of(address).count("<path") == 1
    assert "style" not in qr_of(address)


def test_a_sheet_has_a_link_for_everybody_who_has_not_answered(officer, provider, session, facilitator, after, sign_in):
    there = make_group(officer, provider, session, 3, status="attended")
    after()
    operations.record_feedback(there[0], by=facilitator, **GIVEN)
    client = sign_in(facilitator)
    sheet = client.post(reverse("workshops:give_links", args=[session.pk]))
    assert [strip["name"] for strip in sheet.context["strips"]] == ["Person 2 Ashe", "Person 3 Ashe"]
    assert FeedbackLink.objects.count() == 2
    client.post(reverse("workshops:give_links", args=[session.pk]))
    assert FeedbackLink.objects.count() == 2


def test_a_restricted_case_stands_on_the_sheet_by_its_reference(came, facilitator, sign_in):
    Referral.objects.filter(pk=came.case_id).update(restricted=True)
    sheet = sign_in(facilitator).post(reverse("workshops:give_links", args=[came.session_id]))
    assert "Jordan" not in sheet.content.decode()
    assert f"Restricted, {came.case.reference}" in sheet.content.decode()
