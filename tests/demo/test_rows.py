"""The rows are consistent with one another, as the operations would have left them."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Count, F, Q, Sum

from audit import trail
from audit.models import Event
from demo.cast import PASSWORD
from placements import rules as work_rules
from placements.models import HoursAccount, HoursLine, Nomination, Placement, Site, WorkSession
from referrals import facts, lifecycle, rules
from referrals.lifecycle import CLOSED, Status
from referrals.models import ComplianceEvent, Document, Milestone, Person, PersonLink, Referral, Task
from restorative.lifecycle import Stage
from restorative.models import Process
from tests.demo.conftest import NOW
from workshops.models import Booking, Session
from workshops.rules import wrong_audience

pytestmark = pytest.mark.usefixtures("demonstration")


def test_it_is_of_a_modest_size():
    assert 1_500 < Referral.objects.count() < 2_500


def test_every_account_is_the_sum_of_its_lines():
    """(The database keeps it; this adds the lines up again.)"""
    sums = {"minutes_required": ("order",), "minutes_credited": ("work", "course"), "minutes_by_courses": ("course",)}
    lines = dict(HoursLine.objects.values_list("case").annotate(Count("pk")))
    assert HoursAccount.objects.count() == len(lines) > 300
    for name, accounts in sums.items():
        added = dict(HoursLine.objects.filter(account__in=accounts).values_list("case").annotate(Sum("minutes")))
        for case, minutes in HoursAccount.objects.values_list("case", name):
            assert minutes == added.get(case, 0), (case, name)


def test_every_order_begins_with_what_the_plan_asks_for():
    adjusted = dict(HoursLine.objects.filter(kind="adjustment").values_list("case").annotate(Sum("minutes")))
    assert len(adjusted) == 2
    first = HoursLine.objects.filter(kind="order").order_by("case", "id").distinct("case").select_related("case__plan")
    assert len(first) == HoursAccount.objects.count()
    assert all(line.minutes == line.case.plan.minutes_required for line in first)


def test_every_session_is_accounted_for_as_the_rules_make_of_it():
    sessions = WorkSession.objects.filter(outcome__isnull=False).select_related("outcome")
    entered = defaultdict(dict)
    for session, account, minutes in HoursLine.objects.values_list("work_session", "account").annotate(Sum("minutes")):
        entered[session][account] = minutes
    for session in sessions:
        worth = work_rules.credited_minutes(
            session.starts_at,
            session.ends_at,
            session.break_minutes,
            session.penalty_minutes,
            session.outcome.attended,
        )
        assert entered[session.pk].get("work", 0) == worth - entered[session.pk].get("beyond", 0), session
        assert sum(entered[session.pk].values()) == (
            work_rules.elapsed_minutes(session.starts_at, session.ends_at) if session.outcome.attended else 0
        )


def test_some_credits_were_corrected_by_a_line_that_reverses_them():
    reversals = HoursLine.objects.filter(kind="reversal")
    assert reversals.count() > 20
    assert not reversals.exclude(minutes=-F("reverses__minutes"), id__gt=F("reverses__id")).exists()


def test_places_taken_are_the_bookings_that_take_one():
    taking = Q(bookings__status__in=["booked", "attended", "did_not_attend"])
    wrong = Session.objects.annotate(taking=Count("bookings", filter=taking)).exclude(taking=F("places_taken"))
    assert not wrong.exists()


def test_a_waiting_list_stands_only_on_a_full_session():
    waiting = Booking.objects.filter(status="waitlisted")
    assert waiting.count() == 2
    assert not waiting.exclude(session__places_taken=F("session__capacity")).exists()


def test_adults_and_young_people_never_share_a_session_or_a_place_of_work():
    for booking in Booking.objects.select_related("session", "case__participant"):
        born, session = booking.case.participant.date_of_birth, booking.session
        assert not wrong_audience(born, session.starts_at.date(), session.audience)
    days = {}
    for session in WorkSession.objects.select_related("case__participant", "placement"):
        child = rules.age_on(session.case.participant.date_of_birth, session.starts_at.date()) < 18
        assert days.setdefault((session.placement.site_id, session.starts_at.date()), child) == child


def test_no_site_is_over_its_capacity_or_open_on_a_day_that_it_is_not():
    people = Counter()
    for session in WorkSession.objects.select_related("placement__site"):
        site, day = session.placement.site, session.starts_at.date()
        people[site.pk, day] += 1
        assert people[site.pk, day] <= site.capacity
        assert day.weekday() in site.days_open


def test_children_work_only_where_they_may_and_a_parent_signed():
    for placement in Placement.objects.select_related("site", "case__participant"):
        if rules.age_on(placement.case.participant.date_of_birth, placement.signed_on) < 18:
            assert placement.site.suitable_under_18
            assert placement.parent_signed_by


def test_nobody_works_before_the_assessment_and_the_workshop_that_the_plan_asks_for():
    reached = {(m.case_id, m.kind): m.at for m in Milestone.objects.all()}
    without = 0
    for placement in Placement.objects.select_related("case__plan"):
        assert reached[placement.case_id, "assessed"] < placement.planned_at
        if placement.case.plan.workshop_needed:
            assert reached[placement.case_id, "workshop_attended"] < placement.planned_at
        else:
            without += 1
    assert without == 1


def test_completed_cases_have_what_completion_asks_for():
    for case in Referral.objects.filter(status=Status.COMPLETED).select_related("plan").prefetch_related("milestones"):
        assert not rules.missing_to_complete(
            milestones=[m.kind for m in case.milestones.all()],
            workshop_needed=case.plan.workshop_needed,
            minutes_required=case.plan.minutes_required,
        )


def test_nothing_is_left_open_in_a_closed_case():
    closed = Referral.objects.filter(status__in=CLOSED)
    assert not Placement.objects.filter(case__in=closed, status__in=["planned", "under_way"]).exists()
    assert not WorkSession.objects.filter(case__in=closed, outcome__isnull=True).exists()
    assert not Booking.objects.filter(case__in=closed, status__in=["booked", "waitlisted"]).exists()


def test_what_was_submitted_met_the_rules():
    sent = Referral.objects.exclude(submitted_at=None).with_people().select_related("parent_or_carer")
    (again,) = twice()
    later = again.referrals.latest("created_at")
    for case in [later, *sent.exclude(participant=again).order_by("reference")[::25]]:
        assert not [f for f in rules.eligibility(facts.facts_of(case, case.submitted_at)) if f.blocks], case


def twice():
    """The people who have two cases."""
    return Person.objects.annotate(cases=Count("referrals")).filter(cases=2)


def test_somebody_was_referred_again_more_than_a_year_after_completing():
    (person,) = twice()
    first, second = person.referrals.order_by("created_at")
    assert (first.status, second.status) == (Status.COMPLETED, Status.ACTIVE)
    assert first.closed_at < second.created_at - timedelta(days=366)


def test_one_case_is_restricted_and_names_who_may_open_it():
    case = Referral.objects.get(restricted=True)
    assert case.restricted_because
    assert case.caseworker
    assert case.admitted.filter(roles__contains=["triager"]).exists()


def test_tasks_are_of_every_kind_done_not_needed_and_waiting():
    assert set(Task.objects.values_list("kind", flat=True)) == set(Task.Kind.values)
    assert Task.objects.filter(not_needed=True).exists()
    waiting = Task.objects.filter(done_at__isnull=True)
    assert waiting.filter(due_on__lt=NOW.date()).exists()
    assert waiting.filter(due_on__gte=NOW.date()).exists()
    assert not waiting.filter(kind="first_contact", case__milestones__kind="first_contact").exists()
    assert not Task.objects.filter(done_at__lt=F("made_at")).exists()
    assert not waiting.filter(victim__told_about_rj_on__isnull=False, kind="rj_information").exists()


def test_officers_have_added_documents():
    assert Document.objects.filter(media_type="image/png", for_provider=True).count() == 2
    assert not Document.objects.get(kind="statement", media_type="text/plain").for_provider


def test_what_was_missed_waits_is_answered_and_is_decided_and_a_case_is_proposed_to_go_back():
    events = ComplianceEvent.objects.all()
    assert not events.exclude(outcome__enforceable=True, case__status__in=["active", "suspended"]).exists()
    assert set(events.values_list("decision", flat=True)) == {"", "excused", "upheld"}
    assert events.undecided().exists()
    assert events.filter(evidence_at__isnull=False).exists()
    assert events.proposing().exists()
    assert not events.filter(Q(decided_at__lt=F("raised_at")) | Q(evidence_at__lt=F("raised_at"))).exists()


def test_two_records_of_one_person_are_linked():
    link = PersonLink.objects.select_related("person", "other").get()
    assert (link.person.name, link.person.date_of_birth) == (link.other.name, link.other.date_of_birth)


def test_times_follow_one_another():
    assert not Referral.objects.filter(submitted_at__lt=F("disposal_at")).exists()
    assert not Referral.objects.filter(disposal_at__lt=F("offence_at")).exists()
    assert not Referral.objects.filter(decided_at__lt=F("submitted_at")).exists()
    assert not Referral.objects.filter(closed_at__lt=F("decided_at")).exists()
    assert not Referral.objects.filter(created_at__gt=F("submitted_at")).exists()


def test_references_count_up_without_gaps_in_the_order_of_the_drafts():
    by_year = {}
    for reference, created_at in Referral.objects.order_by("created_at", "pk").values_list("reference", "created_at"):
        _, year, number = reference.split("/")
        assert int(year) == created_at.year
        by_year.setdefault(year, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_year.values())


@pytest.mark.parametrize(
    ("model", "field", "values"),
    [
        (Referral, "status", Status.values),
        (Process, "status", Stage.values),
        (Site, "status", ["proposed", "assessed", "active", "suspended", "closed"]),
        (Nomination, "status", ["new", "accepted", "declined", "duplicate"]),
        (Placement, "status", ["planned", "under_way", "completed", "ended"]),
        (Session, "status", ["planned", "delivered", "cancelled"]),
        (Booking, "status", ["waitlisted", "booked", "attended", "did_not_attend", "cancelled"]),
    ],
)
def test_there_is_something_in_every_state(model, field, values):
    assert set(model.objects.values_list(field, flat=True)) == set(values)


def test_every_event_has_a_whole_sentence_and_happened_before_the_day():
    for event in Event.objects.order_by("kind", "pk").distinct("kind"):
        assert "…" not in trail.sentence(event), event.kind
    # (Reports are asked for, documents added, and people given their own page when the rows are loaded, not before.)
    late = Event.objects.filter(at__gte=NOW)
    loaded = ["report.requested", "completion.reported", "participant_link.made", lifecycle.DOCUMENT_ADDED.name]
    assert not late.exclude(kind__in=loaded).exists()


def test_every_step_that_a_case_has_taken_is_in_its_trail():
    steps = {
        Status.COMPLETED: {"referral.drafted", "referral.submitted", "referral.accepted", "referral.completed"},
        Status.DECLINED: {"referral.drafted", "referral.submitted", "referral.declined"},
        Status.RETURNED: {"referral.drafted", "referral.submitted", "referral.accepted", "referral.returned"},
    }
    for status, kinds in steps.items():
        for case in Referral.objects.filter(status=status)[:20]:
            assert kinds <= set(Event.objects.filter(case=case.pk).values_list("kind", flat=True))


def test_the_changes_of_every_row_are_kept(derbyshire):
    changes = apps.get_model("audit", "Change").objects.filter(table="referrals_referral", op="insert")
    assert changes.count() == Referral.objects.count()


def test_the_sign_ins_work(client):
    assert client.login(email="officer@derbyshire.example", password=PASSWORD)
