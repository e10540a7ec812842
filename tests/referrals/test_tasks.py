"""Tasks of a case: made and ended by rules, and by hand."""

from datetime import date, timedelta

import pytest
import time_machine

from audit.models import Event
from audit.trail import IllegalMove, Refusal
from notices.models import Notice
from referrals import lifecycle, operations
from referrals.models import Referral, Task
from tests.factories import NOW, make_active_case, make_referral, make_user, make_victim
from tests.referrals.factories import make_case
from tests.referrals.pages import STATUSES, shown, url
from tests.referrals.test_lifecycle import TAKE, at_once, refused

pytestmark = pytest.mark.django_db
Kind = Task.Kind
TODAY = NOW.date()  # Wednesday 10 June 2026


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast(officer, triager, manager, provider):
    return {"officer": officer, "triager": triager, "manager": manager, "provider": provider}


def open_tasks(case, kind=None):
    found = Task.objects.filter(case=case, done_at=None)
    return found.filter(kind=kind) if kind else found


def submitted(officer, *victims, **fields):
    case = make_referral(officer, risks_considered=True, **fields)
    for more in victims or ({},):
        make_victim(case, **more)
    operations.submit(case, by=officer)
    return case


# --- made by rules --------------------------------------------------------------------------------------------------


def test_at_submission_each_victim_who_was_not_told_is_to_be_told_of_restorative_justice(officer):
    shop = {"kind": "business", "person": None, "organisation_name": "Bath Street Stores", "enhanced_rights": True}
    told, street = {"told_about_rj_on": TODAY}, {"kind": "community", "organisation_name": "Bath Street"}
    case = submitted(officer, {}, shop, told, street, reported_on=date(2026, 6, 8))
    found = open_tasks(case).values_list("kind", "team", "victim__kind", "due_on", "made_by")
    assert sorted(found) == [
        ("rj_information", "officers", "business", date(2026, 6, 9), None),
        ("rj_information", "officers", "person", date(2026, 6, 15), None),
    ]


def test_without_a_victim_nothing_is_to_be_told(officer):
    case = make_referral(officer, risks_considered=True)
    operations.submit(case, by=officer)
    assert not Task.objects.filter(case=case).exists()


def test_at_acceptance_the_provider_makes_contact_and_the_victim_is_told(officer, cast):
    case = submitted(officer)
    TAKE[lifecycle.ACCEPT](case, cast)
    assert set(open_tasks(case).values_list("kind", "team", "due_on", "what")) == {
        ("rj_information", "officers", date(2026, 6, 12), "Tell the victim about restorative justice"),
        ("first_contact", "provider", date(2026, 6, 12), "First contact with the participant"),
        ("victim_update", "officers", date(2026, 6, 17), "Tell the victim that the referral was accepted"),
    }


def test_a_rule_counts_in_working_days(officer, cast):
    with time_machine.travel("2026-06-13 09:00Z", tick=False):  # a Saturday
        case = make_case("submitted", officer, cast["triager"], cast["provider"])
        TAKE[lifecycle.ACCEPT](case, cast)
    assert open_tasks(case, Kind.FIRST_CONTACT).get().due_on == date(2026, 6, 16)


def test_the_first_contact_is_done_by_its_being_recorded(officer, provider, coordinator, cast):
    case = make_case("submitted", officer, cast["triager"], provider)
    TAKE[lifecycle.ACCEPT](case, cast)
    operations.record_first_contact(case, by=coordinator, at=NOW)
    task = Task.objects.get(kind=Kind.FIRST_CONTACT)
    assert (task.done_at, task.done_by, task.not_needed) == (NOW, coordinator, False)


def test_a_declined_referral_asks_for_nothing_but_telling_the_victim(officer, cast):
    case = submitted(officer)
    TAKE[lifecycle.DECLINE](case, cast)
    assert [task.what for task in open_tasks(case)] == ["Tell the victim that the referral was declined"]
    ended = Task.objects.get(kind=Kind.RJ_INFORMATION)
    assert (ended.not_needed, ended.done_at, ended.done_by) == (True, NOW, None)


def test_a_withdrawn_draft_tells_nobody(officer, cast):
    case = make_referral(officer)
    make_victim(case)
    TAKE[lifecycle.WITHDRAW](case, cast)
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("status", "step", "news"),
    [
        ("active", lifecycle.COMPLETE, "Tell the victim that the case was completed"),
        ("active", lifecycle.RETURN, "Tell the victim that the case went back to the officer"),
        ("suspended", lifecycle.WITHDRAW, "Tell the victim that the referral was withdrawn"),
    ],
)
def test_a_closed_case_ends_the_first_contact_and_tells_the_victim_the_last_news_once(status, step, news, cast):
    case = make_case(status, cast["officer"], cast["triager"], cast["provider"])
    victim = make_victim(case)
    for kind in (Kind.FIRST_CONTACT, Kind.VICTIM_UPDATE):
        Task.objects.create(
            case=case, kind=kind, what="Old news", team="officers", due_on=date(2026, 6, 3), made_at=NOW,
            victim=victim if kind == Kind.VICTIM_UPDATE else None,
        )  # fmt: skip
    TAKE[step](case, cast)
    assert Task.objects.get(kind=Kind.FIRST_CONTACT).not_needed
    update = open_tasks(case).get()
    assert (update.what, update.due_on) == (news, date(2026, 6, 3))  # it does not become less late


def test_a_case_that_was_completed_still_owes_the_victim_what_restorative_justice_is(cast):
    case = make_case("active", cast["officer"], cast["triager"], cast["provider"])
    victim = make_victim(case)
    Task.objects.create(
        case=case, kind=Kind.RJ_INFORMATION, what="x", team="officers", due_on=TODAY, made_at=NOW, victim=victim
    )
    TAKE[lifecycle.COMPLETE](case, cast)
    assert open_tasks(case, Kind.RJ_INFORMATION).exists()


def reopened(case, cast):
    request = operations.ask_override(case, by=cast["triager"], kind="reopen", reason="New facts.")
    operations.decide_override(request, by=cast["manager"], agreed=True, reason="Agreed.")
    return Referral.objects.get(pk=case.pk)


def test_a_reopened_case_asks_again_for_what_was_not_done(officer, cast):
    case = submitted(officer)
    TAKE[lifecycle.WITHDRAW](case, cast)
    case = reopened(case, cast)
    assert open_tasks(case, Kind.RJ_INFORMATION).count() == 1
    assert open_tasks(case, Kind.VICTIM_UPDATE).get().what == "Tell the victim that the case was reopened"


def test_a_case_reopened_for_work_needs_its_first_contact_unless_it_was_made(cast):
    for milestones, count in (((), 1), (("first_contact",), 0)):
        case = make_case("returned", cast["officer"], cast["triager"], cast["provider"], milestones=milestones)
        reopened(case, cast)
        assert open_tasks(case, Kind.FIRST_CONTACT).count() == count


@pytest.mark.django_db(transaction=True)
def test_a_referral_submitted_twice_at_once_has_its_tasks_once(officer):
    case = make_referral(officer, risks_considered=True)
    make_victim(case)
    copies = [Referral.objects.get(pk=case.pk) for _ in range(2)]
    at_once(*(lambda c=c: operations.submit(c, by=officer) for c in copies))
    assert Task.objects.count() == 1


# --- telling a victim -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "triager"])
def test_the_day_on_which_a_victim_was_told_ends_the_task(who, officer, triager, request, sign_in):
    case, user = submitted(officer), request.getfixturevalue(who)
    victim, client = case.victims.get(), sign_in(user)
    address = url("tell_victim", case, victim)
    page = shown(client, address)
    assert "Tell them by the end of Friday 12 June" in page
    assert "Mary Poole" in page
    answer = client.post(address, {"on_day": "9", "on_month": "6", "on_year": "2026"})
    assert answer["Location"] == url("tasks", case)
    task = Task.objects.get()
    assert (task.done_by, task.outcome) == (user, "Told on 9 June 2026")
    victim.refresh_from_db()
    assert victim.told_about_rj_on == date(2026, 6, 9)
    event = Event.objects.get(kind="victim.told_about_rj")
    assert (event.ids, event.data) == ([str(victim.pk)], {"on": "9 June 2026"})


def test_a_victim_is_not_told_tomorrow(officer, sign_in):
    case = submitted(officer)
    answer = sign_in(officer).post(
        url("tell_victim", case, case.victims.get()), {"on_day": "11", "on_month": "6", "on_year": "2026"}
    )
    assert "Enter a date that is not in the future." in answer.content.decode()
    with pytest.raises(Refusal, match="not in the future"):
        operations.tell_victim(case.victims.get(), by=officer, on=TODAY + timedelta(days=1))
    assert case.victims.get().told_about_rj_on is None


def test_a_victim_of_another_case_is_not_found_under_this_one(officer, other_officer, sign_in):
    case, other = submitted(officer), submitted(other_officer)
    theirs = other.victims.get()
    for address in (url("tell_victim", case, theirs), url("tell_victim", other, theirs)):
        assert sign_in(officer).get(address).status_code == 404


def test_the_provider_does_not_learn_that_a_victim_was_told(officer, provider, coordinator, triager, sign_in):
    case = make_active_case(officer, provider, triager=triager, caseworker=coordinator)
    operations.tell_victim(make_victim(case), by=officer, on=TODAY)
    assert "told about restorative justice" not in shown(sign_in(coordinator), url("detail", case))
    assert sign_in(coordinator).get(url("tell_victim", case, case.victims.get())).status_code == 403


# --- by hand --------------------------------------------------------------------------------------------------------


@pytest.fixture
def case(officer, provider, coordinator, triager):
    return make_active_case(officer, provider, triager=triager, caseworker=coordinator)


def add(client, case, whom, what="Ring the school", day="12", **more):
    day = {"due_on_day": day, "due_on_month": "6", "due_on_year": "2026"}
    return client.post(url("add_task", case), {"what": what, "whom": whom, "once": "k", **day, **more})


def test_a_task_is_added_for_a_team_and_for_a_person_who_is_told(case, officer, triager, coordinator, sign_in):
    client = sign_in(officer)
    assert add(client, case, "triage")["Location"] == url("tasks", case)
    add(client, case, str(coordinator.pk), "Send the form")
    found = Task.objects.order_by("pk").values_list("what", "team", "assigned_to", "made_by", "due_on")
    assert list(found) == [
        ("Ring the school", "triage", None, officer.pk, date(2026, 6, 12)),
        ("Send the form", "provider", coordinator.pk, officer.pk, date(2026, 6, 12)),
    ]
    assert Notice.objects.get().user == coordinator
    whom = [event.data["whom"] for event in Event.objects.filter(kind="task.added").order_by("id")]
    assert whom == ["The triage team", "Ellen Marsh"]


def test_a_day_that_has_gone_by_is_refused_and_nothing_typed_is_lost(case, officer, sign_in):
    page = add(sign_in(officer), case, "officers", day="9")
    assert page.status_code == 422
    assert "The day must be today or later." in page.content.decode()
    assert 'value="Ring the school"' in page.content.decode()
    assert not Task.objects.exists()


def test_a_task_without_a_taker_is_refused(case, officer, sign_in):
    page = add(sign_in(officer), case, "")
    assert page.context["form"].errors == {"whom": ["Choose who should do it"]}


def test_a_task_sent_twice_is_added_once(case, officer, sign_in):
    client = sign_in(officer)
    add(client, case, "officers")
    add(client, case, "officers")
    assert Task.objects.count() == 1


def test_only_those_who_may_open_the_case_are_offered_and_taken(case, officer, other_officer, force, sign_in):
    gone = make_user("Gwen Gone", force, "triager", is_active=False)
    offered = dict(sign_in(officer).get(url("add_task", case)).context["form"].fields["whom"].choices)["People"]
    assert [name for _, name in offered] == ["Amir Khan, Ilkeston SNT", "Carol Finch", "Ellen Marsh"]
    for person in (other_officer, gone):
        with pytest.raises(Refusal, match="choose somebody who may open"):
            operations.add_task(case, by=officer, what="x", due_on=TODAY, assigned_to=person)


def test_a_restricted_case_is_given_to_those_on_it_only(case, officer, triager, coordinator):
    Referral.objects.filter(pk=case.pk).update(restricted=True)
    case.refresh_from_db()
    with pytest.raises(Refusal, match="choose somebody"):
        operations.add_task(case, by=officer, what="x", due_on=TODAY, assigned_to=triager)
    operations.add_task(case, by=officer, what="x", due_on=TODAY, assigned_to=coordinator)


def test_before_a_provider_has_the_case_it_has_no_task_in_it(officer):
    case = make_referral(officer, status="submitted")
    with pytest.raises(Refusal, match="Choose who should do it"):
        operations.add_task(case, by=officer, what="x", due_on=TODAY, team="provider")


def by_hand(case, team="officers", **fields):
    return Task.objects.create(
        case=case, kind=Kind.BY_HAND, what="Ring the school", team=team, made_by=case.referred_by, made_at=NOW,
        **{"due_on": TODAY, **fields},
    )  # fmt: skip


def test_a_task_is_done_with_what_came_of_it(case, officer, sign_in):
    task, client = by_hand(case), sign_in(officer)
    page = client.post(url("finish_task", case, task), {"outcome": " "})
    assert "Enter what was done" in page.content.decode()
    client.post(url("finish_task", case, task), {"outcome": "They ring back."})
    task.refresh_from_db()
    assert (task.done_at, task.done_by, task.outcome) == (NOW, officer, "They ring back.")
    assert "They ring back." in shown(client, url("tasks", case))
    assert Event.objects.get(kind="task.done").data == {}


def test_a_victim_update_says_what_was_said_and_when(case, officer, sign_in):
    made = NOW - timedelta(days=1)
    task = by_hand(case, victim=make_victim(case))
    Task.objects.filter(pk=task.pk).update(kind=Kind.VICTIM_UPDATE, made_by=None, made_at=made)
    client, address = sign_in(officer), url("finish_task", case, task)
    assert "Mary Poole" in shown(client, address)
    when = {"at_day": "10", "at_month": "6", "at_year": "2026"}
    for time, refusal in (("23:00", "not in the future"), ("", "time")):
        page = client.post(address, {"outcome": "All is well.", **when, "at_time": time})
        assert refusal in page.content.decode()
    client.post(address, {"outcome": "All is well.", **when, "at_time": "08:30"})
    task.refresh_from_db()
    assert (task.outcome, task.done_at.isoformat()) == ("All is well.", "2026-06-10T07:30:00+00:00")
    assert Event.objects.filter(kind="victim.updated").count() == 1


def test_what_another_record_ends_is_not_done_by_hand(case, officer, coordinator):
    for kind in (Kind.FIRST_CONTACT, Kind.RJ_INFORMATION):
        task = by_hand(case)
        Task.objects.filter(pk=task.pk).update(kind=kind)
        with pytest.raises(Refusal, match="is done when"):
            operations.finish_task(task, by=coordinator, outcome="Done.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_a_task_at_once_one_did_it_and_the_other_is_told(case, officer, triager):
    task = by_hand(case)
    outcomes = at_once(
        *(lambda u=u: operations.finish_task(task, by=u, outcome=f"By {u}.") for u in (officer, triager))
    )
    (told,) = refused(outcomes)
    assert isinstance(told, IllegalMove)
    assert told.sentence.startswith(f"{Task.objects.get().done_by} already did this on")
    assert Event.objects.filter(kind="task.done").count() == 1


def test_a_task_is_given_to_somebody_else(case, officer, other_officer, sign_in):
    case.named_officers.add(other_officer)
    task = by_hand(case)
    sign_in(officer).post(url("reassign_task", case, task), {"whom": str(other_officer.pk)})
    task.refresh_from_db()
    assert task.assigned_to == other_officer
    sign_in(officer).post(url("reassign_task", case, task), {"whom": "triage"})
    task.refresh_from_db()
    assert (task.assigned_to, task.team) == (None, "triage")
    assert Event.objects.filter(kind="task.reassigned").count() == 2


def test_what_concerns_a_victim_is_not_given_to_the_provider(case, officer, coordinator, sign_in):
    task = by_hand(case, victim=make_victim(case))
    Task.objects.filter(pk=task.pk).update(kind=Kind.VICTIM_UPDATE, made_by=None)
    page = sign_in(officer).post(url("reassign_task", case, task), {"whom": str(coordinator.pk)})
    assert page.context["form"].errors.keys() == {"whom"}
    with pytest.raises(Refusal, match="cannot do this"):
        operations.reassign(task, by=officer, assigned_to=coordinator)


def test_each_side_sees_its_own_tasks_and_the_triage_team_all(case, officer, coordinator, triager, sign_in):
    for team in ("officers", "triage", "provider"):
        Task.objects.create(
            case=case, kind=Kind.BY_HAND, what=f"For {team}", team=team, made_by=triager, made_at=NOW, due_on=TODAY
        )
    sees = {officer: {"officers"}, coordinator: {"provider"}, triager: {"officers", "triage", "provider"}}
    for user, teams in sees.items():
        client = sign_in(user)
        page = client.get(url("tasks", case))
        assert {line.task.team for line in page.context["waiting"]} == teams
        assert {tab["text"]: tab.get("count") for tab in page.context["tabs"]}["Tasks"] == len(teams)
    foreign = Task.objects.get(team="triage")
    assert sign_in(coordinator).get(url("finish_task", case, foreign)).status_code == 404


def test_overdue_is_said_in_words_and_by_a_tag(case, officer, sign_in):
    by_hand(case, due_on=TODAY - timedelta(days=1))
    page = shown(sign_in(officer), url("tasks", case))
    assert "By 9 June 2026" in page
    assert "Overdue" in page


@pytest.mark.parametrize("status", STATUSES)
def test_tasks_stand_in_every_status(status, officer, triager, provider, sign_in):
    case = make_case(status, officer, triager, provider)
    assert "Nothing is to be done here just now." in shown(sign_in(officer), url("tasks", case))
    by_hand(case)
    assert "Ring the school" in shown(sign_in(officer), url("tasks", case))
