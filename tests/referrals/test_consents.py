"""Consents after the referral: on record with who, as what, when and on which form; and what their withdrawal stops."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from placements import operations as work
from placements.models import HoursAccount
from referrals.models import Consent, Message, Referral, Task
from referrals.operations import give_consents, withdraw_consent
from referrals.operations.running import StageLocked
from restorative import operations as rj
from restorative.models import Process
from tests.factories import NOW, make_active_case, make_child, make_referral, make_user, make_victim
from tests.placements import factories as placing
from tests.placements.pages import day, text_of
from tests.restorative.factories import make_process
from tests.workshops import factories as teaching
from workshops import operations as workshop
from workshops.models import Booking

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(provider):
    return placing.make_site(provider)


@pytest.fixture
def case(officer, coordinator, triager, site):
    """An adult at work: a session yesterday without an outcome, one now, two to come; and ten hours of which three are
    credited."""
    case = placing.make_ready_case(officer, coordinator, assigned_to=triager)
    return at_work(case, site, coordinator)


@pytest.fixture
def child(officer, coordinator, triager, site):
    young = make_child(officer.organisation)
    case = placing.make_ready_case(officer, coordinator, assigned_to=triager, participant=young)
    return at_work(case, site, coordinator)


def at_work(case, site, by):
    placement = placing.make_placement(case, site, by, status="under_way")
    placing.make_credit(placement, 180, "2026-06-08 09:00")
    for start in ("2026-06-09 09:00", "2026-06-10 09:30", "2026-06-12 09:00", "2026-06-15 09:00"):
        placing.make_session(placement, start)
    return case


def consent(case, kind):
    return case.consents.get(kind=kind, withdrawn_at__isnull=True)


def starts_of(case):
    return [f"{session.starts_at:%-d}" for session in case.work_sessions.order_by("starts_at")]


def told(case):
    return set(Notice.objects.filter(path__contains=str(case.pk)).values_list("user__full_name", flat=True))


def plan(case, by, start="2026-06-16 09:00"):
    starts_at = placing.at(start)
    times = [(starts_at, starts_at + timedelta(hours=2))]
    return work.plan_work_sessions(case.placements.get(), by=by, times=times)


# --- what a withdrawal stops ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["take_part", "share"])
def test_without_consent_nothing_is_ahead_and_triage_decides(case, coordinator, officer, triager, kind):
    stopped = withdraw_consent(consent(case, kind), by=coordinator, withdrawn_by="Jordan Ashe")
    assert stopped == ["2 planned work sessions cancelled."]
    assert starts_of(case) == ["8", "9", "10"]  # one that has begun waits for its outcome
    assert HoursAccount.objects.get(case=case).minutes_credited == 180
    assert case.placements.get().status == "under_way"
    assert Event.objects.filter(case=case.pk, kind="work.cancelled").count() == 2
    task = Task.objects.get(case=case, kind="by_hand")
    assert (task.team, task.due_on, task.made_by) == ("triage", date(2026, 6, 11), coordinator)
    assert task.what.startswith("Decide whether the case goes back: the consent to ")
    assert told(case) == {"Amir Khan", "Carol Finch"}  # the caseworker recorded it
    with pytest.raises(StageLocked, match="has no consent to"):
        plan(case, coordinator)
    give_consents(
        case, by=coordinator, kinds=[kind], given_by="Jordan Ashe", relationship="self", given_on=TODAY
    )  # fmt: skip
    assert plan(case, coordinator)


def test_without_the_consent_to_share_the_provider_is_told_to_stop(case, officer, coordinator):
    withdraw_consent(consent(case, "share"), by=officer, withdrawn_by="Jordan Ashe")
    notice = Notice.objects.get(user=coordinator)
    assert notice.sentence == (
        f"{case.reference} has no consent to share information with you any more: stop working on it."
    )
    assert "Jordan" not in notice.sentence


def test_without_the_consent_to_take_part_there_is_no_workshop_ahead(officer, provider, facilitator, triager):
    session = teaching.make_session(facilitator, starts_at=NOW + timedelta(days=3), capacity=1)
    begun = teaching.make_session(facilitator, starts_at=NOW - timedelta(minutes=30))
    case, waiting = (teaching.make_ready_case(officer, provider) for _ in range(2))
    case.participant.email, case.participant.email_is_safe = "jordan@home.example", True
    case.participant.save()
    booking = workshop.book(case, session, by=triager)
    next_one = workshop.book(waiting, session, by=triager)
    Message.objects.update(claimed_at=NOW, sent_at=NOW)
    there = teaching.make_booking(teaching.make_ready_case(officer, provider), begun)

    assert withdraw_consent(consent(there.case, "take_part"), by=triager, withdrawn_by="J") == []
    assert withdraw_consent(consent(case, "share"), by=triager, withdrawn_by="Jordan Ashe") == []
    assert Booking.objects.get(pk=booking.pk).status == "booked"  # the police hold workshops themselves
    stopped = withdraw_consent(consent(case, "take_part"), by=triager, withdrawn_by="Jordan Ashe")

    assert stopped == ["1 workshop booking cancelled."]
    assert Booking.objects.get(pk=booking.pk).status == "cancelled"
    assert Booking.objects.get(pk=there.pk).status == "booked"
    assert Booking.objects.get(pk=next_one.pk).status == "booked"  # the place went on
    assert Message.objects.filter(case=case, purpose="cancelled").exists()
    with pytest.raises(Refusal, match="has no consent to take part in force"):
        workshop.book(case, session, by=triager)


@pytest.mark.parametrize("kind", ["work", "medical"])
def test_a_child_does_not_work_without_a_parents_consent(child, coordinator, triager, kind):
    parents = consent(child, kind)
    assert withdraw_consent(parents, by=triager, withdrawn_by="Pat Stone") == ["2 planned work sessions cancelled."]
    assert starts_of(child) == ["8", "9", "10"]
    assert not Task.objects.filter(case=child, kind="by_hand").exists()
    assert told(child) == {"Ellen Marsh"}
    with pytest.raises(StageLocked, match="A parent or carer must consent to"):
        plan(child, coordinator)
    give_consents(
        child, by=coordinator, kinds=[kind], given_by="Pat Stone", relationship="Mother", given_on=TODAY
    )  # fmt: skip
    assert plan(child, coordinator)


def test_an_adult_works_on_without_the_consent_to_treatment(case, coordinator):
    give_consents(case, by=coordinator, kinds=["medical"], given_by="Jordan", relationship="self", given_on=TODAY)
    assert withdraw_consent(consent(case, "medical"), by=coordinator, withdrawn_by="Jordan Ashe") == []
    assert len(starts_of(case)) == 5
    assert plan(case, coordinator)


def test_photographs_stop_nothing_else(child, coordinator):
    placing.make_consent(child, "photo")
    assert withdraw_consent(consent(child, "photo"), by=coordinator, withdrawn_by="Pat Stone") == []
    assert len(starts_of(child)) == 5


def test_restorative_justice_stops_unless_the_parties_have_met(officer, provider, triager, practitioner):
    case = make_active_case(officer, provider)
    placing.make_consent(case, "rj", "Jordan Ashe")
    preparing = make_process(case, practitioner, "preparing", victim=make_victim(case))
    agreed = make_process(case, practitioner, "agreed", victim=make_victim(case))
    stopped = withdraw_consent(consent(case, "rj"), by=triager, withdrawn_by="Jordan Ashe")
    assert stopped == ["1 restorative justice process closed."]
    preparing.refresh_from_db()
    agreed.refresh_from_db()
    assert (preparing.status, preparing.not_proceeded_reason_id, preparing.closed_on) == (
        "closed", "participant_stopped", TODAY,
    )  # fmt: skip
    assert agreed.status == "agreed"
    notice = Notice.objects.get(user=practitioner)
    assert notice.path == reverse("restorative:detail", args=[preparing.pk])
    with pytest.raises(Refusal, match="consent to explore restorative justice in"):
        rj.start(case, by=triager, victim=make_victim(case), practitioner=practitioner)
    give_consents(case, by=triager, kinds=["rj"], given_by="Jordan Ashe", relationship="self", given_on=TODAY)
    assert rj.start(case, by=triager, victim=make_victim(case), practitioner=practitioner)
    assert Process.objects.filter(case=case).count() == 3


def test_what_cannot_be_stopped_undoes_the_withdrawal(case, coordinator, monkeypatch):
    def refuse(*args, **kwargs):
        raise Refusal("Not now.")

    monkeypatch.setattr("referrals.stages._WHEN_CONSENT_WITHDRAWN", [work.stop_work, refuse])
    with pytest.raises(Refusal, match="Not now"):
        withdraw_consent(consent(case, "take_part"), by=coordinator, withdrawn_by="Jordan Ashe")
    assert consent(case, "take_part")
    assert len(starts_of(case)) == 5


def test_before_the_decision_the_referral_cannot_be_accepted_and_no_task_is_made(officer, triager, provider):
    from referrals.operations import accept

    case = make_referral(officer, status="submitted", assigned_to=triager)
    withdraw_consent(consent(case, "take_part"), by=officer, withdrawn_by="Jordan Ashe")
    assert told(case) == {"Carol Finch"}
    assert not Task.objects.filter(case=case, kind="by_hand").exists()
    with pytest.raises(Refusal, match="consent"):
        accept(case, by=triager, provider=provider, hours=10, workshop_needed=True, rj_to_explore=False, rationale="x")


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"withdrawn_by": " "}, "Enter who withdraws the consent"),
        ({"on": date(2026, 6, 11)}, "not in the future"),
        ({"on": date(2026, 6, 9)}, "on or after the day on which it was given, 10 June 2026"),
    ],
)
def test_a_withdrawal_without_who_or_on_a_wrong_day_is_refused(case, coordinator, given, sentence):
    with pytest.raises(Refusal, match=sentence):
        withdraw_consent(consent(case, "share"), by=coordinator, **{"withdrawn_by": "Jordan Ashe", **given})
    assert len(starts_of(case)) == 5


def test_a_second_withdrawal_is_refused_with_who_recorded_the_first(case, coordinator, officer):
    row = consent(case, "share")
    Consent.objects.filter(pk=row.pk).update(given_on=date(2026, 6, 1))
    withdraw_consent(row, by=officer, withdrawn_by="Jordan Ashe", on=date(2026, 6, 8))
    with pytest.raises(IllegalMove, match="Amir Khan already recorded that this consent ended on 8 June 2026"):
        withdraw_consent(row, by=coordinator, withdrawn_by="Jordan Ashe")
    assert Event.objects.filter(case=case.pk, kind="consent.withdrawn").count() == 1


def test_a_draft_says_it_in_its_own_section(officer):
    draft = make_referral(officer)
    with pytest.raises(IllegalMove, match="is a draft"):
        withdraw_consent(consent(draft, "share"), by=officer, withdrawn_by="Jordan Ashe")
    with pytest.raises(IllegalMove, match="no consent is recorded here"):
        give_consents(draft, by=officer, kinds=["photo"], given_by="J", relationship="self", given_on=TODAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["work"]}, "kinds"),
        ({"given_by": ""}, "given_by"),
        ({"relationship": " "}, "relationship"),
        ({"given_on": date(2026, 6, 11)}, "given_on"),
    ],
)
def test_a_consent_without_what_who_or_when_is_refused(case, coordinator, given, field):
    whole = {"kinds": ["photo"], "given_by": "Jordan Ashe", "relationship": "self", "given_on": TODAY}
    with pytest.raises(Refusal) as refused:
        give_consents(case, by=coordinator, **{**whole, **given})
    assert refused.value.field == field
    assert not case.consents.filter(kind__in=["photo", "work"]).exists()


# --- the pages ------------------------------------------------------------------------------------------------------


def page(name, case, *args):
    return reverse(f"referrals:{name}", args=[case.pk, *args])


def test_every_consent_there_ever_was_stands_on_the_page(child, coordinator, sign_in):
    client = sign_in(coordinator)
    row = consent(child, "work")
    ask = text_of(client.get(page("withdraw_consent", child, row.pk)))
    assert "Planned work is cancelled, and none can be planned until a parent or carer consents again." in ask
    given = {"withdrawn_by": "Pat Stone", **day("on", TODAY)}
    response = client.post(page("withdraw_consent", child, row.pk), given, follow=True)
    assert "The consent is withdrawn. 2 planned work sessions cancelled." in text_of(response)
    given = {
        "kinds": ["work", "medical"], "given_by": "Lee Stone", "relationship": "parent or carer",
        **day("given_on", TODAY),
    }  # fmt: skip
    said = text_of(client.post(page("give_consent", child), given, follow=True))
    in_force, ended = said.split("Not in force any more")
    assert "Lee Stone" in in_force
    assert "Signed on 10 June 2026" in in_force
    assert "Form 2026-1" in in_force
    assert "Recorded by Ellen Marsh" in in_force
    assert "Withdrawn by Pat Stone" in ended
    assert "Withdrawal recorded by Ellen Marsh" in ended
    assert "Ended on 10 June 2026" in ended  # that to treatment, which was signed again
    assert child.consents.filter(kind__in=["work", "medical"]).count() == 4


def test_a_withdrawal_that_is_refused_keeps_what_was_typed(case, coordinator, sign_in):
    row = consent(case, "share")
    given = {"withdrawn_by": "Jordan’s solicitor", **day("on", date(2026, 6, 1))}
    response = sign_in(coordinator).post(page("withdraw_consent", case, row.pk), given)
    assert response.status_code == 422
    assert "on or after the day on which it was given" in text_of(response)
    assert "Jordan’s solicitor" in response.content.decode()
    assert len(starts_of(case)) == 5


def test_a_consent_of_another_case_is_not_withdrawn_from_here(case, child, coordinator, sign_in):
    address = page("withdraw_consent", case, consent(child, "work").pk)
    assert sign_in(coordinator).post(address, {"withdrawn_by": "X", **day("on", TODAY)}).status_code == 404
    assert consent(child, "work")


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("triager", 200), ("coordinator", 200), ("other_officer", 404), ("outsider", 404),
     ("facilitator", 403), ("practitioner", 403), ("manager", 403), ("administrator", 403), ("auditor", 403)],
)  # fmt: skip
def test_who_sees_and_withdraws_consents(who, status, case, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    row = consent(case, "share")
    for address in (page("consents", case), page("give_consent", case), page("withdraw_consent", case, row.pk)):
        assert client.get(address).status_code == status
    if status != 200:
        client.post(page("withdraw_consent", case, row.pk), {"withdrawn_by": "X", **day("on", TODAY)})
        assert consent(case, "share")


def test_the_case_page_says_that_no_work_can_be_planned(officer, coordinator, triager, sign_in):
    case = placing.make_ready_case(officer, coordinator)
    withdraw_consent(consent(case, "share"), by=triager, withdrawn_by="Jordan Ashe")
    said = text_of(sign_in(coordinator).get(f"/referrals/{case.pk}/"))
    assert "There is no consent to share information with Remedi in force, so no work can be planned." in said
    assert "Find a site" not in said
    assert "Consent withdrawn: to share information with Remedi" in said


def test_where_they_work_already_the_case_and_its_hours_say_that_no_more_can_be_planned(case, coordinator, sign_in):
    client, hours = sign_in(coordinator), reverse("placements:hours", args=[case.pk])
    assert "Plan work" in text_of(client.get(hours))
    withdraw_consent(consent(case, "take_part"), by=coordinator, withdrawn_by="Jordan Ashe")
    for address in (f"/referrals/{case.pk}/", hours):
        said = text_of(client.get(address))
        assert "There is no consent to take part in force, so no work can be planned." in said
        assert "Plan work" not in said


def test_a_closed_case_takes_no_new_consent_but_one_may_be_withdrawn(case, coordinator, sign_in):
    Referral.objects.filter(pk=case.pk).update(status="completed", closed_at=NOW)
    assert withdraw_consent(consent(case, "share"), by=coordinator, withdrawn_by="Jordan Ashe") is not None
    with pytest.raises(IllegalMove, match="no consent is recorded here"):
        give_consents(case, by=coordinator, kinds=["share"], given_by="J", relationship="self", given_on=TODAY)
    assert not Task.objects.filter(case=case, kind="by_hand").exists()
    assert "Record a consent" not in text_of(sign_in(coordinator).get(page("consents", case)))


def test_a_restricted_case_shows_its_consents_to_nobody_who_is_not_named(case, force, sign_in):
    Referral.objects.filter(pk=case.pk).update(restricted=True, restricted_because="Known.")
    stranger = sign_in(make_user("Una Vale", force, "triager"))
    assert stranger.get(page("consents", case)).status_code == 404
