"""Cases that go from one caseworker of a provider to another: one, or all that somebody has, or none of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals import operations
from referrals.models import Referral
from referrals.operations.restricting import NotOnTheCase
from tests.factories import NOW, make_active_case, make_provider, make_user
from tests.placements.factories import make_placement, make_ready_case, make_session, make_site
from tests.placements.pages import text_of
from tests.referrals.test_lifecycle import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def gita(provider):
    return make_user("Gita Rao", provider, "coordinator")


@pytest.fixture
def hanna(provider):
    return make_user("Hanna Beck", provider, "coordinator")


@pytest.fixture
def cases(officer, triager, provider, coordinator):
    """Three that Ellen has."""
    return [make_active_case(officer, provider, triager=triager, caseworker=coordinator) for _ in range(3)]


def task(case, to, **fields):
    return case.tasks.create(
        kind="by_hand", what="Ring back.", due_on=NOW.date(), team="provider", assigned_to=to, made_by=to, made_at=NOW,
        **fields,
    )  # fmt: skip


def caseworkers(cases):
    return {case.caseworker for case in Referral.objects.filter(pk__in=[case.pk for case in cases])}


def test_a_case_is_handed_over_with_its_tasks_and_a_note_and_both_are_told(cases, coordinator, gita, hanna, sign_in):
    case = cases[0]
    mine, done, hers = (
        task(case, coordinator),
        task(case, coordinator, done_at=NOW, done_by=coordinator),
        task(case, hanna),
    )
    page = sign_in(hanna).post(
        reverse("referrals:hand_over", args=[case.pk]), {"to": gita.pk, "note": "Works nights: ring after 16:00."},
        follow=True,
    )  # fmt: skip
    assert f"{case.reference} is handed over." in text_of(page)
    for row, expected in ((mine, gita), (done, coordinator), (hers, hanna)):
        row.refresh_from_db()
        assert row.assigned_to == expected
    note = case.notes.get()
    assert (note.text, note.by, note.sensitive) == ("Works nights: ring after 16:00.", hanna, False)
    told = {(notice.user, notice.sentence) for notice in Notice.objects.all()}
    assert told == {
        (gita, f"{case.reference} has you as its caseworker."),
        (coordinator, f"{case.reference} has another caseworker now."),
    }
    event = Event.objects.get(kind="referral.handed_over")
    assert (event.case, event.data, event.ids) == (case.pk, {"before": "Ellen Marsh", "to": "Gita Rao"}, [str(mine.pk)])
    assert "Handed over from Ellen Marsh to Gita Rao" in text_of(
        sign_in(hanna).get(reverse("referrals:happened", args=[case.pk]))
    )


def test_what_is_planned_stays_as_it_is(officer, coordinator, provider, gita):
    case = make_ready_case(officer, coordinator)
    session = make_session(make_placement(case, make_site(provider), coordinator), NOW + timedelta(days=2))
    operations.hand_over([case], by=coordinator, of=coordinator, to=gita, note="Starts on Friday.")
    session.refresh_from_db()
    assert session.starts_at == NOW + timedelta(days=2)


def test_all_that_somebody_has_go_in_one_step(cases, coordinator, gita, hanna, sign_in):
    coordinator.is_active = False  # she has left already
    coordinator.save()
    address = reverse("referrals:hand_over_several", args=[coordinator.pk])
    client = sign_in(hanna)
    page = client.get(address)
    assert all(case.reference in text_of(page) for case in cases)
    assert page.content.decode().count(" checked") == 3
    sent = {"to": gita.pk, "note": "", "cases": [case.pk for case in cases]}
    page = client.post(f"{address}?back=/placements/caseload/", sent, follow=True)
    assert "3 cases are handed over from Ellen Marsh to Gita Rao." in text_of(page)
    assert page.request["PATH_INFO"] == "/placements/caseload/"
    assert caseworkers(cases) == {gita}
    assert not cases[0].notes.exists()
    assert not Notice.objects.filter(user=coordinator).exists()
    assert Notice.objects.filter(user=gita).count() == 3


def test_some_of_them_can_be_left_out(cases, coordinator, gita, sign_in):
    sent = {"to": gita.pk, "cases": [cases[0].pk, cases[2].pk], "note": "Ask me."}
    sign_in(coordinator).post(reverse("referrals:hand_over_several", args=[coordinator.pk]), sent)
    assert [Referral.objects.get(pk=case.pk).caseworker for case in cases] == [gita, coordinator, gita]
    assert cases[0].notes.get().text == "Ask me."


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose who will be the caseworker"),
        ({"cases": []}, "Tick at least one case"),
        ({"to": "x"}, "Select a valid choice"),
    ],
)
def test_a_slip_is_said_and_what_was_typed_stays(sent, said, cases, coordinator, sign_in):
    everything = {"cases": [case.pk for case in cases], "note": "Typed at length."}
    page = sign_in(coordinator).post(
        reverse("referrals:hand_over_several", args=[coordinator.pk]), {**everything, **sent}
    )
    assert page.status_code in (200, 422)
    assert "Typed at length." in page.content.decode()
    assert said in text_of(page) or "Choose" in text_of(page)
    assert caseworkers(cases) == {coordinator}


def test_one_that_cannot_go_keeps_all_of_them(cases, coordinator, gita, hanna, officer):
    task(cases[0], coordinator)
    Referral.objects.filter(pk=cases[1].pk).update(caseworker=hanna)
    with pytest.raises(IllegalMove, match=f"{cases[1].reference} is with Hanna Beck now, not with Ellen Marsh"):
        operations.hand_over(cases, by=coordinator, of=coordinator, to=gita, note="All of them.")
    Referral.objects.filter(pk=cases[1].pk).update(caseworker=coordinator, status="withdrawn", closed_at=NOW)
    with pytest.raises(IllegalMove, match="is withdrawn, so nothing was handed over"):
        operations.hand_over(cases, by=coordinator, of=coordinator, to=gita, note="All of them.")
    assert caseworkers(cases) == {coordinator}
    assert cases[0].tasks.get().assigned_to == coordinator
    assert not Event.objects.filter(kind="referral.handed_over").exists()
    assert not Notice.objects.exists()


def test_it_is_refused_to_whom_the_cases_cannot_go(cases, coordinator, practitioner, triager, gita):
    elsewhere = make_user("Nina Cole", make_provider("Another provider"), "coordinator")
    gone = make_user("Ivo Lane", coordinator.organisation, "coordinator", is_active=False)
    for person in (elsewhere, gone, practitioner, triager):
        with pytest.raises(Refusal, match=f"{person} is not a coordinator of Remedi"):
            operations.hand_over(cases, by=coordinator, of=coordinator, to=person)
    with pytest.raises(Refusal, match="has these cases already"):
        operations.hand_over(cases, by=coordinator, of=coordinator, to=coordinator)
    with pytest.raises(Refusal, match="Tick at least one"):
        operations.hand_over([], by=coordinator, of=coordinator, to=gita)
    assert caseworkers(cases) == {coordinator}


def test_a_restricted_case_is_handed_over_by_those_on_it_only(cases, coordinator, gita, hanna, sign_in):
    Referral.objects.filter(pk=cases[0].pk).update(restricted=True)
    with pytest.raises(NotOnTheCase, match="does not open to you"):
        operations.hand_over(cases, by=hanna, of=coordinator, to=gita)
    client = sign_in(hanna)
    page = client.get(reverse("referrals:hand_over_several", args=[coordinator.pk]))
    assert f"stays as it is: {cases[0].reference}." in text_of(page)
    assert str(cases[0].pk) not in page.content.decode()
    sent = {"to": gita.pk, "cases": [case.pk for case in cases]}
    assert client.post(reverse("referrals:hand_over_several", args=[coordinator.pk]), sent).status_code in (200, 422)
    assert client.get(reverse("referrals:hand_over", args=[cases[0].pk])).status_code == 404
    assert caseworkers(cases) == {coordinator}


def test_who_hands_a_restricted_case_over_stays_on_it_and_who_had_it_does_not(cases, coordinator, gita, hanna):
    Referral.objects.filter(pk=cases[0].pk).update(restricted=True)
    cases[0].admitted.add(hanna)
    operations.hand_over(cases[:1], by=hanna, of=coordinator, to=gita)
    seen = [user for user in (coordinator, gita, hanna) if Referral.objects.visible_to(user).filter(pk=cases[0].pk)]
    assert seen == [gita, hanna]


@pytest.mark.parametrize("who", ["officer", "triager", "facilitator", "practitioner", "manager"])
def test_others_hand_nothing_over(who, cases, coordinator, gita, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    for name, pk in (("hand_over", cases[0].pk), ("hand_over_several", coordinator.pk)):
        answer = client.post(
            reverse(f"referrals:{name}", args=[pk]), {"to": gita.pk, "cases": [cases[0].pk], "note": "x"}
        )
        assert answer.status_code == 403
    assert client.post(reverse("referrals:allocate_ticked"), {"case": cases[0].pk, "to": gita.pk}).status_code == 403
    assert caseworkers(cases) == {coordinator}


def test_the_cases_of_another_providers_coordinator_are_not_there(cases, coordinator, sign_in):
    elsewhere = make_user("Nina Cole", make_provider("Another provider", [coordinator.organisation]), "coordinator")
    client = sign_in(elsewhere)
    assert client.get(reverse("referrals:hand_over_several", args=[coordinator.pk])).status_code == 404
    assert client.get(reverse("referrals:hand_over", args=[cases[0].pk])).status_code == 404


def test_a_case_that_nobody_has_is_not_handed_over(cases, coordinator, sign_in):
    Referral.objects.filter(pk=cases[0].pk).update(caseworker=None)
    assert sign_in(coordinator).get(reverse("referrals:hand_over", args=[cases[0].pk])).status_code == 404


def test_giving_several_leaves_those_that_a_colleague_has(cases, coordinator, gita, hanna):
    Referral.objects.filter(pk=cases[0].pk).update(caseworker=None)
    Referral.objects.filter(pk=cases[1].pk).update(caseworker=hanna)
    outcome = operations.allocate_many(cases[:2], by=coordinator, to=gita)
    assert outcome.done == [cases[0]]
    assert [why for _, why in outcome.refused] == [f"{cases[1].reference} is with Hanna Beck: hand it over instead."]
    assert [Referral.objects.get(pk=case.pk).caseworker for case in cases] == [gita, hanna, coordinator]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_the_same_cases_over_at_once_one_gets_all_of_them(cases, coordinator, gita, hanna):
    backwards = list(reversed(cases))
    outcomes = at_once(
        lambda: operations.hand_over(cases, by=coordinator, of=coordinator, to=gita, note="Take them."),
        lambda: operations.hand_over(backwards, by=coordinator, of=coordinator, to=hanna, note="Take them."),
    )
    assert sum(isinstance(outcome, IllegalMove) for outcome in outcomes) == 1
    assert caseworkers(cases) in ({gita}, {hanna})
    assert sum(case.notes.count() for case in cases) == 3
