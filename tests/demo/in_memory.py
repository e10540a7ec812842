"""What must hold of a book of rows on every day, checked without writing them: consistent rows, the published figures,
and something to do for every role. (What the database and the lists themselves make of the rows is tested on one day.)
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from audit.models import Event
from demo.book import Book
from demo.cast import sign_ins
from demo.clock import at
from demo.plan import PUBLISHED
from placements.models import Assessment, HoursLine, Placement, Site, WorkSession
from placements.rules import course_share
from referrals.lifecycle import CLOSED, Status
from referrals.models import (
    Consent,
    Decision,
    FurtherOffenceCheck,
    Milestone,
    OverrideRequest,
    Plan,
    Referral,
    Victim,
)
from referrals.rules import ADULT, CHECKED_AFTER_MONTHS, missing_for, missing_to_complete
from referrals.time_limits import LONDON, add_months, age_on
from restorative.lifecycle import FACILITATED_OR_LATER, OVER, Stage
from restorative.models import AgreementItem, Process
from workshops.models import Booking, FeedbackResponse, Session
from workshops.rules import wrong_audience

OPEN_PLACEMENT = ("planned", "under_way")
STATES = {
    Referral: set(Status.values),
    Process: set(Stage.values),
    Site: {"proposed", "assessed", "active", "suspended", "closed"},
    Placement: {"planned", "under_way", "completed", "ended"},
    Session: {"planned", "delivered", "cancelled"},
    Booking: {"waitlisted", "booked", "attended", "did_not_attend", "cancelled"},
}


def day_of(moment: datetime):
    return moment.astimezone(LONDON).date()


class Rows:
    """A book's rows, found by their case, as of a moment."""

    def __init__(self, book: Book, now: datetime):
        self.book, self.now, self.rows = book, now, book.rows
        self.plans = {plan.case: plan for plan in self.rows[Plan]}
        self.reached = defaultdict(dict)
        for milestone in self.rows[Milestone]:
            self.reached[milestone.case][milestone.kind] = milestone.at
        self.bookings, self.placements, self.lines = defaultdict(list), defaultdict(list), defaultdict(list)
        for row, found in ((Booking, self.bookings), (Placement, self.placements), (HoursLine, self.lines)):
            for one in self.rows[row]:
                found[one.case].append(one)
        self.agreed = {request.case for request in self.rows[OverrideRequest] if request.agreed}

    def cases(self, *statuses, force="Derbyshire Police"):
        return [c for c in self.rows[Referral] if c.force.name == force and (not statuses or c.status in statuses)]

    def minutes(self, case) -> tuple[int, int]:
        """(Required, credited), as the database will add the lines up."""
        return tuple(
            sum(line.minutes for line in self.lines[case] if line.account in accounts)
            for accounts in (("order",), ("work", "course"))
        )

    def of(self, model, cases) -> set:
        return {row.case for row in self.rows[model]} & set(cases)


# --- rows -----------------------------------------------------------------------------------------------------------


def check_rows(rows: Rows):
    """Raise AssertionError unless the rows are as the operations and the constraints would have left them."""
    for model, states in STATES.items():
        missing = states - {row.status for row in rows.rows[model]}
        assert not missing, f"no {model.__name__} is {missing}"
    _check_times(rows)
    _check_workshops(rows)
    _check_work(rows)
    _check_cases(rows)


def _check_times(rows: Rows):
    assert all(event.at < rows.now for event in rows.rows[Event]), "an event is still to come"
    for case in rows.rows[Referral]:
        times = [case.offence_at, case.disposal_at, case.created_at, case.submitted_at, case.decided_at, case.closed_at]
        times = [moment for moment in times if moment]
        assert times == sorted(times), f"{case}: {times}"
        assert case.updated_at < rows.now, case


def _check_workshops(rows: Rows):
    held, sessions = Counter(), set()
    for case, bookings in rows.bookings.items():
        assert sum(b.status in ("booked", "waitlisted") for b in bookings) <= 1, f"{case} is booked twice"
        for booking in bookings:
            session = booking.session
            held[session] += booking.status in ("booked", "attended", "did_not_attend")
            born, day = case.participant.date_of_birth, day_of(session.starts_at)
            assert not wrong_audience(born, day, session.audience), f"{case}: of the wrong age for {session}"
            if booking.status == "waitlisted":
                assert session.places_taken == session.capacity, f"a waiting list for {session}, which has room"
    assert sum(b.status == "waitlisted" for b in rows.rows[Booking]) == 2
    for session in rows.rows[Session]:
        key = (session.facilitator, session.starts_at)
        assert key not in sessions, f"{session.facilitator} runs two sessions at {session.starts_at}"
        sessions.add(key)
        assert session.places_taken == held[session] <= session.capacity, f"{session}: places"


def _check_work(rows: Rows):
    people, ages = Counter(), {}
    for work in rows.rows[WorkSession]:
        site, day = work.placement.site, day_of(work.starts_at)
        people[site, day] += 1
        assert people[site, day] <= site.capacity, f"{site} is over its capacity on {day}"
        assert day.weekday() in site.days_open, f"{site} is closed on {day}"
        child = age_on(work.case.participant.date_of_birth, day) < ADULT
        assert ages.setdefault((site, day), child) == child, f"adults and young people at {site} on {day}"
    for placement in rows.rows[Placement]:
        missing = missing_for(
            "placement",
            milestones=list(rows.reached[placement.case]),
            workshop_needed=rows.plans[placement.case].workshop_needed,
            agreed_overrides=["place_before_workshop"] if placement.case in rows.agreed else [],
        )
        assert not missing, f"{placement.case} was placed without {missing}"
        if age_on(placement.case.participant.date_of_birth, placement.signed_on) < ADULT:
            assert placement.site.suitable_under_18, f"a child at {placement.site}"
            assert placement.parent_signed_by
        late = [rows.reached[placement.case].get(kind) for kind in ("assessed", "workshop_attended")]
        assert all(moment < placement.planned_at for moment in late if moment), placement.case
    for case, lines in rows.lines.items():
        first = min((line for line in lines if line.kind == "order"), key=lambda line: line.at)
        required, credited = rows.minutes(case)
        assert 0 <= credited <= required, f"{case}: ledger"
        assert first.minutes == rows.plans[case].minutes_required, f"{case}: order"
        assert case.status != Status.COMPLETED or credited == required, f"{case} is completed with hours left"
        by_courses = sum(line.minutes for line in lines if line.account == "course")
        assert by_courses <= course_share(required, 0), f"{case}: courses"
    entered = Counter()
    for line in rows.rows[HoursLine]:
        entered[line.work_session] += line.minutes
    for work in rows.rows[WorkSession]:
        elapsed = (work.ends_at - work.starts_at) // timedelta(minutes=1)
        assert entered[work] in (0, elapsed), f"{work}: accounted for"


def _check_cases(rows: Rows):
    for decision in rows.rows[Decision]:
        if decision.outcome == "accept":
            blocking = [f for f in decision.checklist if f["outcome"] in ("not_met", "authority_needed")]
            assert not blocking, f"{decision.case} was accepted against the rules: {blocking}"
    waiting = {work.case for work in rows.rows[WorkSession] if work.outcome_id is None}
    for case in rows.cases(*CLOSED):
        assert case not in waiting, f"{case} is closed with work planned"
        assert all(placement.status not in OPEN_PLACEMENT for placement in rows.placements[case]), case
        assert all(booking.status not in ("booked", "waitlisted") for booking in rows.bookings[case]), case
        if case.status == Status.COMPLETED:
            plan = rows.plans[case]
            missing = missing_to_complete(
                milestones=list(rows.reached[case]),
                workshop_needed=plan.workshop_needed,
                minutes_required=plan.minutes_required,
            )
            assert not missing, f"{case} is completed without {missing}"
    numbers = defaultdict(list)
    for case in sorted(rows.rows[Referral], key=lambda c: (c.created_at, c.pk)):
        numbers[case.created_at.year].append(case.reference)
    for year, references in numbers.items():
        assert references == [f"IJ/{year}/{number:06}" for number in range(1, len(references) + 1)]


# --- the published half-year ----------------------------------------------------------------------------------------


def published(rows: Rows) -> dict:
    """The figures of the published half-year, counted from the rows."""

    def covered(moment):
        return PUBLISHED.covers(day_of(moment))

    attended = [b for b in rows.rows[Booking] if b.status == "attended" and covered(b.session.starts_at)]
    ages = [age_on(b.case.participant.date_of_birth, day_of(b.session.starts_at)) for b in attended]
    worked = [line for line in rows.rows[HoursLine] if line.account == "work" and PUBLISHED.covers(line.on)]
    feedback = [f for f in rows.rows[FeedbackResponse] if covered(f.booking.session.starts_at)]
    completed = {case for case in rows.cases(Status.COMPLETED) if covered(case.closed_at)}
    checks = [check for check in rows.rows[FurtherOffenceCheck] if check.months == 3 and check.case in completed]
    return {
        "adults": sum(age >= ADULT for age in ages),
        "young_people": sum(age < ADULT for age in ages),
        "programmes": sum(s.status == "delivered" and covered(s.starts_at) for s in rows.rows[Session]),
        "rj_facilitated": sum(
            bool(p.facilitated_on) and PUBLISHED.covers(p.facilitated_on) for p in rows.rows[Process]
        ),
        "hours": sum(line.minutes for line in worked) / 60,
        "placements": len({line.site for line in worked}),
        "percent_agree": {name: _percent(getattr(f, name) for f in feedback) for name in PUBLISHED.percent_agree},
        "percent_no_further_offence": _percent(check.result == "none" for check in checks),
    }


def _percent(answers) -> int:
    answers = [answer for answer in answers if answer is not None]
    return int(100 * sum(answers) / len(answers) + 0.5) if answers else 0


def check_published(rows: Rows):
    counted = published(rows)
    for name, count in counted.items():
        assert count == getattr(PUBLISHED, name), f"{name}: {count}, published: {getattr(PUBLISHED, name)}"


# --- the lists ------------------------------------------------------------------------------------------------------


def lists(rows: Rows, now: datetime) -> dict[str, list]:
    """What the lists of the home pages hold for the accounts whose sign-ins are printed: (role, list) → rows."""
    emails = {role: email for role, email, _, _ in sign_ins()[:-1]}
    return {
        **_officer_and_triage(rows, now, emails["Referrer"], emails["Triager"]),
        **_workshops(rows, now, emails["Workshop facilitator"]),
        **_coordinator(rows, now, emails["Placement coordinator"]),
        **_restorative(rows, emails["Restorative justice practitioner"]),
        "manager: decisions": [request for request in rows.rows[OverrideRequest] if request.agreed is None],
    }


def _officer_and_triage(rows: Rows, now, officer, triager):
    mine = [case for case in rows.cases() if case.referred_by.email == officer]
    submitted = rows.cases(Status.SUBMITTED)
    checked = {(check.case, check.months) for check in rows.rows[FurtherOffenceCheck]}
    today = day_of(now)

    def due(case, months):
        day = add_months(day_of(case.closed_at), months)
        return day <= today < day + timedelta(days=365) and (case, months) not in checked

    done = [c for c in rows.cases(Status.ACTIVE) if "hours_completed" in rows.reached[c]]
    return {
        "officer: questions": [case for case in mine if case.status == Status.QUERIED],
        "officer: drafts": [case for case in mine if case.status == Status.DRAFT],
        "officer: referrals": [case for case in mine if case.submitted_at],
        "triager: assigned": [c for c in submitted if c.assigned_to and c.assigned_to.email == triager],
        "triager: waiting": [case for case in submitted if case.assigned_to is None],
        "triager: queried": rows.cases(Status.QUERIED),
        "triager: ready to close": [
            c for c in done if "workshop_attended" in rows.reached[c] or not rows.plans[c].workshop_needed
        ],
        "triager: checks": [
            case for case in rows.cases(Status.COMPLETED) if any(due(case, months) for months in CHECKED_AFTER_MONTHS)
        ],
        "triager: restorative justice to start": [
            case
            for case in rows.of(Victim, rows.cases(Status.ACTIVE)) - rows.of(Process, rows.cases())
            if rows.plans[case].rj_to_explore
        ],
    }


def _workshops(rows: Rows, now, facilitator):
    mine = [s for s in rows.rows[Session] if s.facilitator.email == facilitator and s.status != "cancelled"]
    unrecorded = {b.session for b in rows.rows[Booking] if b.status == "booked"}
    answered = {response.booking for response in rows.rows[FeedbackResponse]}
    owing = {b.session for b in rows.rows[Booking] if b.status == "attended" and b not in answered}
    agreed = {
        consent.case for consent in rows.rows[Consent] if consent.kind == "take_part" and not consent.withdrawn_at
    }
    ahead = {
        b.case
        for b in rows.rows[Booking]
        if b.status == "booked" or (b.status == "waitlisted" and b.session.starts_at > now)
    }
    return {
        "facilitator: next": [session for session in mine if session.ends_at > now],
        "facilitator: registers": [session for session in mine if session.ends_at <= now and session in unrecorded],
        "facilitator: feedback": [s for s in mine if s in owing and s.starts_at >= now - timedelta(days=28)],
        "coordinator: to book": [
            case
            for case in rows.cases(Status.ACTIVE)
            if case in agreed
            and case not in ahead
            and rows.plans[case].workshop_needed
            and "assessed" in rows.reached[case]
            and "workshop_attended" not in rows.reached[case]
        ],
    }


def _coordinator(rows: Rows, now, coordinator):
    active = rows.cases(Status.ACTIVE)
    ended = {consent.case for consent in rows.rows[Consent] if consent.withdrawn_at}
    mine = {case for case in active if case.caseworker is None or case.caseworker.email == coordinator}
    own = {case for case in mine if case.caseworker}
    work = [w for w in rows.rows[WorkSession] if w.case in mine]
    busy = {case for case in mine if any(p.status in OPEN_PLACEMENT for p in rows.placements[case])}
    return {
        "coordinator: new": [case for case in active if case.caseworker is None],
        "coordinator: first contact": [case for case in own if "first_contact" not in rows.reached[case]],
        "coordinator: outcomes": [w for w in work if w.ends_at <= now and w.outcome_id is None],
        "coordinator: today": [w for w in work if day_of(w.starts_at) == day_of(now)],
        "coordinator: to assess": mine - {each.case for each in rows.rows[Assessment] if each.completed_at},
        "coordinator: to place": [
            case
            for case in mine - busy
            if case not in ended
            and {"assessed", "workshop_attended"} <= set(rows.reached[case])
            and "hours_completed" not in rows.reached[case]
        ],
        "coordinator: nearly done": [
            case for case in mine if rows.minutes(case)[1] and 0 < rows.minutes(case)[0] - rows.minutes(case)[1] <= 120
        ],
    }


def _restorative(rows: Rows, practitioner):
    mine = [p for p in rows.rows[Process] if p.practitioner.email == practitioner and p.status not in OVER]
    stages = defaultdict(list)
    for process in mine:
        stages[process.status].append(process)
    items = [item for item in rows.rows[AgreementItem] if item.process in mine and item.done_on is None]
    return {
        "practitioner: to offer": stages[Stage.IDENTIFIED],
        "practitioner: offered": stages[Stage.OFFERED],
        **{
            f"practitioner: {stage}": stages[stage]
            for stage in (Stage.ACCEPTED, Stage.PARTICIPANT_WILLING, Stage.RISK_ASSESSED, Stage.PREPARING)
        },
        **{f"practitioner: {stage}": stages[stage] for stage in FACILITATED_OR_LATER},
        "practitioner: agreed items": [item for item in items if item.process.status in FACILITATED_OR_LATER],
    }


def check_lists(rows: Rows):
    """Raise AssertionError unless every list has something in it in the morning and in the evening."""
    for hour in (1, 9, 23):
        empty = [name for name, found in lists(rows, at(day_of(rows.now), hour)).items() if not found]
        assert not empty, f"empty at {hour}:00: {empty}"
