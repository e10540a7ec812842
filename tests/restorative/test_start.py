"""Starting a process, and handing it over."""

import threading

import pytest
from django.db import connections

from audit.trail import IllegalMove, Refusal
from referrals.models import Referral
from restorative import operations
from restorative.models import Process, ProcessKind
from tests.factories import make_active_case, make_force, make_provider, make_user, make_victim
from tests.restorative.factories import make_process


def test_a_triager_gives_a_victim_to_a_practitioner(case, triager, practitioner):
    victim = make_victim(case)
    process = operations.start(case, by=triager, victim=victim, practitioner=practitioner)
    assert (process.status, process.practitioner, process.victim) == ("identified", practitioner, victim)


@pytest.mark.parametrize("status", ["suspended", "completed", "returned", "withdrawn"])
def test_none_starts_in_a_case_that_is_not_active(status, case, triager, practitioner):
    victim = make_victim(case)
    closed = {"closed_at": "2026-06-09 09:00Z"} if status != "suspended" else {}
    Referral.objects.filter(pk=case.pk).update(status=status, **closed)
    with pytest.raises(Refusal, match="cannot start in it"):
        operations.start(case, by=triager, victim=victim, practitioner=practitioner)
    assert not Process.objects.exists()


def test_a_victim_has_one_open_process(case, triager, practitioner):
    process = make_process(case, practitioner)
    with pytest.raises(IllegalMove, match="Femi Ade already has an open process with this victim"):
        operations.start(case, by=triager, victim=process.victim, practitioner=practitioner)


def test_a_victim_may_be_asked_again_when_a_process_is_over(case, triager, practitioner):
    process = make_process(case, practitioner, "no_response")
    operations.start(case, by=triager, victim=process.victim, practitioner=practitioner)
    assert Process.objects.count() == 2


def test_it_refuses_the_victim_of_another_case(case, officer, provider, triager, practitioner):
    other = make_victim(make_active_case(officer, provider))
    with pytest.raises(Refusal, match="Select a victim of"):
        operations.start(case, by=triager, victim=other, practitioner=practitioner)


@pytest.mark.parametrize("who", ["coordinator", "inactive", "elsewhere"])
def test_it_refuses_somebody_who_is_not_a_practitioner_of_the_provider(
    who, case, triager, coordinator, provider, force
):
    chosen = {
        "coordinator": coordinator,
        "inactive": make_user("Old Hand", provider, "practitioner", is_active=False),
        "elsewhere": make_user("Far Away", make_provider("Others", serves=[force]), "practitioner"),
    }[who]
    with pytest.raises(Refusal, match=f"{chosen} is not a practitioner of Remedi"):
        operations.start(case, by=triager, victim=make_victim(case), practitioner=chosen)
    process = make_process(case, make_user("Gil Rao", provider, "practitioner"))
    with pytest.raises(Refusal, match=f"{chosen} is not a practitioner of Remedi"):
        operations.hand_over(process, by=triager, practitioner=chosen)


def test_a_process_is_handed_over_until_it_is_over(case, triager, practitioner, provider):
    other = make_user("Gil Rao", provider, "practitioner")
    process = make_process(case, practitioner, "preparing")
    operations.hand_over(process, by=triager, practitioner=other)
    assert list(Process.objects.visible_to(other)) == [process]
    assert not Process.objects.visible_to(practitioner).exists()
    with pytest.raises(Refusal, match="already with Gil Rao"):
        operations.hand_over(process, by=triager, practitioner=other)
    over = make_process(case, practitioner, "declined")
    with pytest.raises(IllegalMove, match="over"):
        operations.hand_over(over, by=triager, practitioner=other)


# --- two people at once ---------------------------------------------------------------------------------------------


def at_once(*calls):
    """Runs the calls at the same moment on connections of their own; returns "done" or the refusal of each."""
    ready, came_of = threading.Barrier(len(calls)), []

    def run(call):
        try:
            ready.wait(timeout=10)
            call()
            came_of.append("done")
        except Refusal as refusal:
            came_of.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(came_of)


@pytest.fixture
def committed(transactional_db):
    force = make_force()
    provider = make_provider(serves=[force])
    case = make_active_case(make_user("Amir Khan", force, "referrer"), provider)
    return case, make_user("Carol Finch", force, "triager"), make_user("Femi Ade", provider, "practitioner")


@pytest.mark.django_db(transaction=True)
def test_of_two_triagers_who_start_at_once_one_is_refused(committed):
    case, triager, practitioner = committed
    victim = make_victim(case)

    def start():
        operations.start(case, by=triager, victim=victim, practitioner=practitioner)

    assert at_once(start, start) == ["IllegalMove", "done"]
    assert Process.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_steps_taken_at_once_one_is_refused(committed):
    case, _, practitioner = committed
    process = make_process(case, practitioner, "preparing")
    kind = ProcessKind.objects.get(code="letter")

    def facilitate():
        mine = Process.objects.get(pk=process.pk)
        operations.facilitate(mine, by=practitioner, kind=kind, on=process.answered_on)

    assert at_once(facilitate, facilitate, facilitate) == ["IllegalMove", "IllegalMove", "done"]
    assert case.milestones.count() == 1
