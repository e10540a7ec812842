"""Two people at once, on a real database."""

import threading
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from audit.once import once
from audit.trail import Refusal
from placements import operations
from placements.models import AdjustmentReason, HoursAccount, Nomination, Site, WorkSession
from placements.operations.sites import site_as_seen
from tests.factories import make_person
from tests.placements import learning
from tests.placements.factories import (
    TODAY,
    at,
    make_coordinator,
    make_credit,
    make_placement,
    make_ready_case,
    make_session,
    outcome,
)
from tests.waiting import while_another_waits

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs):
    """Run the verbs in threads that start together; returns what each said: None, or its refusal."""
    start, said, faults = threading.Barrier(len(verbs)), [None] * len(verbs), []

    def run(number, verb):
        try:
            start.wait(timeout=10)
            verb()
        except Refusal as refusal:
            said[number] = refusal
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    assert not faults, faults
    return said


def test_two_people_crediting_the_last_hours_never_go_above_the_order(officer, coordinator, provider, site):
    case = make_ready_case(officer, coordinator, hours=4)
    placement = make_placement(case, site, coordinator)
    other = make_coordinator(provider)
    sessions = [make_session(placement, day) for day in ("2026-06-08 09:00", "2026-06-09 09:00")]

    def log(session, by):
        return lambda: operations.log_work_session(
            session, by=by, version=1, starts_at=session.starts_at, ends_at=session.ends_at, outcome=outcome("complied")
        )

    said = at_once(log(sessions[0], coordinator), log(sessions[1], other))

    assert sorted(refusal is None for refusal in said) == [False, True]
    refusal = next(refusal for refusal in said if refusal)
    assert "would credit 6 hours, but the order is 4 hours" in refusal.sentence
    assert HoursAccount.objects.get(case=case).minutes_credited == 180
    assert list(case.hours_lines.by_work().values_list("minutes", flat=True)) == [180]


def test_two_people_recording_one_session_write_one_credit(case, placement, session, coordinator, provider):
    def log(by):
        return lambda: operations.log_work_session(
            session, by=by, version=1, starts_at=session.starts_at, ends_at=session.ends_at, outcome=outcome("complied")
        )

    said = at_once(log(coordinator), log(make_coordinator(provider)))
    assert sorted(refusal.status if refusal else 200 for refusal in said) == [200, 409]
    assert case.hours_lines.by_work().count() == 1


def test_two_people_taking_the_last_place_of_a_site_get_one(officer, coordinator, provider, site):
    Site.objects.update(capacity=1)
    placements = [
        make_placement(
            make_ready_case(officer, coordinator, participant=make_person(officer.organisation, name)),
            site,
            coordinator,
        )
        for name in ("Ash", "Birch")
    ]

    def plan(placement):
        times = [(at("2026-06-12 09:00"), at("2026-06-12 12:00"))]
        return lambda: operations.plan_work_sessions(placement, by=coordinator, times=times)

    said = at_once(*map(plan, placements))

    assert sorted(refusal is None for refusal in said) == [False, True]
    assert "Friday 12 June 2026 is full" in next(refusal for refusal in said if refusal).sentence
    assert WorkSession.objects.count() == 1


def test_two_people_moving_one_session_move_it_once_and_the_second_is_told_who(placement, coordinator, provider):
    session, other = make_session(placement, "2026-06-12 09:00"), make_coordinator(provider)

    def move(by, day):
        start, end = at(f"2026-06-{day} 09:00"), at(f"2026-06-{day} 12:00")
        return lambda: operations.move_work_session(session, by=by, version=1, starts_at=start, ends_at=end)

    said = at_once(move(coordinator, 15), move(other, 16))

    assert sorted(refusal.status if refusal else 200 for refusal in said) == [200, 412]
    refusal = next(refusal for refusal in said if refusal)
    first = coordinator if said[0] is None else other
    assert refusal.sentence.startswith(f"{first} moved this session on")
    assert WorkSession.objects.get().version == 2


def test_of_a_session_planned_and_one_moved_to_the_last_place_one_gets_it(officer, coordinator, provider, site):
    Site.objects.update(capacity=1)
    one, two = (make_placement(make_ready_case(officer, coordinator), site, coordinator) for _ in range(2))
    elsewhere = make_session(one, "2026-06-15 09:00")
    start, end = at("2026-06-12 09:00"), at("2026-06-12 12:00")

    said = at_once(
        lambda: operations.move_work_session(elsewhere, by=coordinator, version=1, starts_at=start, ends_at=end),
        lambda: operations.plan_work_sessions(two, by=coordinator, times=[(start, end)]),
    )

    assert sorted(refusal is None for refusal in said) == [False, True]
    assert WorkSession.objects.filter(starts_at=start).count() == 1


def test_a_session_is_either_recorded_or_cancelled(placement, coordinator):
    session = make_session(placement, "2026-06-12 09:00")

    def absent():
        operations.log_work_session(
            session,
            by=coordinator,
            version=1,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            outcome=outcome("absent_medical"),
        )

    said = at_once(absent, lambda: operations.cancel_work_session(session, by=coordinator))
    assert sorted(refusal is None for refusal in said) == [False, True]


def test_whoever_waited_for_a_site_to_be_changed_plans_by_what_it_is_now(case, site, coordinator):
    told = while_another_waits(
        lambda: Site.objects.filter(pk=site.pk).update(activity_id="foodbank", suitable_under_18=False),
        lambda: operations.plan_placement(
            case, by=coordinator, site=site, minutes_agreed=60, signed_by="Jordan Ashe", signed_on=TODAY
        ),
    )
    assert told.site.activity_id == "foodbank"


def test_an_adjustment_sent_twice_counts_once(case, placement, coordinator):
    def adjust():
        code = AdjustmentReason.objects.get(code="travel")
        operations.adjust_hours(case, by=coordinator, minutes=-60, code=code, reason="Two buses.")

    said = at_once(adjust, adjust)
    refusal = next(refusal for refusal in said if refusal)
    assert "You made this adjustment at 10:00 today, and it counts once: the order is 9 hours." in refusal.sentence
    assert HoursAccount.objects.get(case=case).minutes_required == 540
    assert case.hours_lines.filter(kind="adjustment").count() == 1


def test_of_two_who_change_one_site_the_second_is_told(site, coordinator, provider):
    seen = site_as_seen(site, ["capacity", "days_open"])

    def edit(capacity, by):
        return lambda: operations.edit_site(site, by=by, seen=seen, capacity=capacity, days_open=[1])

    said = at_once(edit(4, coordinator), edit(5, make_coordinator(provider)))
    assert sorted(refusal.status if refusal else 200 for refusal in said) == [200, 409]
    assert "changed this site on" in next(refusal for refusal in said if refusal).sentence


def test_two_people_who_log_and_shorten_the_order_at_once_leave_a_true_account(case, placement, coordinator, triager):
    session = make_session(placement)

    def log():
        operations.log_work_session(
            session, by=coordinator, version=1, starts_at=session.starts_at, ends_at=session.ends_at,
            outcome=outcome("complied"),
        )  # fmt: skip

    def shorten():
        operations.change_order(case, by=triager, minutes_required=120, decided_by="Sgt Moss", reason="Agreed.")

    said = at_once(log, shorten)
    account = HoursAccount.objects.get(case=case)
    refusal = next(refusal for refusal in said if refusal)
    if said[0]:
        assert "would credit 3 hours, but the order is 2 hours" in refusal.sentence
        assert (account.minutes_required, account.minutes_credited) == (120, 0)
    else:
        assert "an order of 2 hours, but 3 hours are already credited" in refusal.sentence
        assert (account.minutes_required, account.minutes_credited) == (600, 180)


def test_writers_that_forget_the_lock_of_the_case_cannot_overdraw_the_account(case, placement, coordinator):
    """The database serialises them itself: each waits for the account, and the second of two is refused."""
    make_credit(placement, 480)
    days = ("2026-06-08 09:00", "2026-06-09 09:00")
    told = while_another_waits(lambda: make_credit(placement, 120, days[0]), lambda: make_credit(placement, 1, days[1]))
    assert isinstance(told, IntegrityError)
    account = HoursAccount.objects.get(case=case)
    assert (account.minutes_credited, case.hours_lines.by_work().total()) == (600, 600)


def test_one_request_sent_twice_at_once_changes_the_order_once(case, placement, triager):
    def change():
        once(
            by=triager, key="k1", path="/hours/set/", sent={"minutes": 660},
            make=lambda: operations.change_order(
                case, by=triager, minutes_required=660, decided_by="Sgt Moss", reason="Agreed."
            ),
        )  # fmt: skip

    assert at_once(change, change) == [None, None]
    assert list(case.hours_lines.values_list("minutes", flat=True)) == [600, 60]


def test_a_course_and_work_recorded_at_once_never_go_above_the_order(officer, coordinator, site):
    case = make_ready_case(officer, coordinator, hours=4)
    placement = make_placement(case, site, coordinator)
    session = make_session(placement, hours=4)
    course = learning.make_course(coordinator.organisation)
    learnt = learning.make_learnt(learning.make_enrolment(case, course, coordinator), coordinator, minutes=60)
    said = at_once(
        lambda: operations.log_work_session(
            session, by=coordinator, version=1, starts_at=session.starts_at, ends_at=session.ends_at,
            outcome=outcome("complied"), record_beyond=True,
        ),
        lambda: operations.credit_course(case, learnt, by=coordinator),
    )  # fmt: skip
    assert said == [None, None]
    account = HoursAccount.objects.get(case=case)
    assert account.minutes_credited == 240
    assert account.minutes_by_courses in (0, 60)
    assert case.hours_lines.filter(account="beyond").total() == 60


def test_one_hour_of_somebody_with_two_cases_is_credited_once(officer, coordinator, provider, site):
    cases = [make_ready_case(officer, coordinator)]
    cases.append(make_ready_case(officer, coordinator, participant=cases[0].participant))
    placements = [make_placement(case, site, coordinator) for case in cases]
    report = {"starts_at": at("2026-06-09 09:00"), "ends_at": at("2026-06-09 12:00"), "outcome": outcome("complied")}

    def log(placement):
        return lambda: operations.log_unplanned_work(placement, by=coordinator, **report)

    said = at_once(log(placements[0]), log(placements[1]))

    assert sorted(refusal is None for refusal in said) == [False, True]
    assert WorkSession.objects.count() == 1


def test_of_one_paper_sent_twice_at_once_one_is_kept(site, coordinator, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def renew():
        upload = SimpleUploadedFile("insurance.pdf", b"%PDF-1.4\nThe certificate.\n%%EOF\n", "application/pdf")
        operations.record_insurance(site, by=coordinator, insured_until=date(2028, 1, 1), upload=upload)

    assert at_once(renew, renew) == [None, None]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [str(site.papers.get().file)] == [str(path.relative_to(tmp_path)) for path in kept]


def test_the_same_words_suggested_on_three_pages_at_once_are_kept_once(force):
    said = {"what": "Paint the benches.", "where": "Market Square, Derby", "from_name": "", "from_email": ""}
    assert at_once(*[lambda: operations.suggest(force=force, **said)] * 3) == [None] * 3
    assert Nomination.objects.count() == 1
