"""One case as it happened: each verb leaves the rows and the event that the operation of that name leaves.

A verb whose time has not come raises NotYet, so that a story told to its end stands, on the day that the data are made
for, wherever it has got to.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random

from accounts.roles import Role
from demo import people
from demo.book import Book, NamedOfficer, uuid_from
from demo.cast import Side
from demo.sessions import Slot
from placements.models import AdjustmentReason
from referrals import lifecycle, rules
from referrals.lifecycle import Status
from referrals.models import (
    Consent,
    Deadline,
    Decision,
    DeclineReason,
    Disposal,
    FurtherOffenceCheck,
    Milestone,
    OverrideRequest,
    Plan,
    Query,
    Referral,
    ReturnReason,
    SuspendReason,
    Task,
    Victim,
    WithdrawReason,
)
from referrals.time_limits import age_on
from workshops import lifecycle as workshop
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, FeedbackResponse, Programme


class NotYet(Exception):
    """The time of this step is still to come."""


class Labels:
    """What the code lists say, read once."""

    def __init__(self, using: str):
        def labels(model):
            return {row.pk: row for row in model.objects.using(using).all()}

        self.disposals = labels(Disposal)
        self.decline, self.withdraw = labels(DeclineReason), labels(WithdrawReason)
        self.suspend, self.returned = labels(SuspendReason), labels(ReturnReason)
        self.outcomes = labels(Booking.outcome.field.related_model)
        self.adjustments, self.programmes = labels(AdjustmentReason), labels(Programme)
        self.limits = dict(Deadline.objects.using(using).values_list("code", "amount"))


class Story:
    def __init__(self, book: Book, side: Side, labels: Labels, now: datetime, rng: Random):
        self.book, self.side, self.labels, self.now, self.rng = book, side, labels, now, rng
        self.case: Referral | None = None
        self.plan: Plan | None = None
        self.accepted: tuple | None = None  # when, by whom
        self.victim: Victim | None = None
        self.bookings: dict = {}
        self.milestones: dict = {}
        self.consents: set = set()
        self.given: dict = {}

    # --- what every verb uses ---------------------------------------------------------------------------------------

    def reached(self, at: datetime) -> datetime:
        if at >= self.now:
            raise NotYet
        return at

    def did(self, kind, at, by, /, **data):
        self.book.event(kind, at, by, case=self.case, **data)
        self.case.updated_at = max(self.case.updated_at, at)

    def reach(self, kind: str, at, told_at, by):
        self.milestones[kind] = self.book.add(Milestone(case=self.case, kind=kind, at=at))
        self.did(lifecycle.MILESTONE, told_at, by, reached=kind, at=at)

    # --- the officer ------------------------------------------------------------------------------------------------

    def draft(
        self, at, officer, *, young, code, disposal_at, hours, hours_reason="", needs_victim=False, known=None, **fields
    ):
        """A draft that is complete, but for what `fields` says otherwise; `known`: an adult who was referred before."""
        self.reached(at)
        rng, force = self.rng, self.side.force
        person = known or self.book.add(people.participant(rng, force, young, disposal_at.date(), code))
        told = people.incident(rng, young, disposal_at.date(), code)
        while needs_victim and told["offence_id"] not in people.ALWAYS_HARM_SOMEBODY:
            told = people.incident(rng, young, disposal_at.date(), code)
        guardian = self.book.add(people.parent(rng, person)) if young else None
        self.young = young
        self.case = Referral(
            id=uuid_from(rng),
            force=force,
            referred_by=officer,
            supervisor="Sergeant on duty",
            participant=person,
            parent_or_carer=guardian,
            relationship=("Mother" if guardian.sex == "female" else "Father") if guardian else "",
            appropriate_adult=guardian.name if guardian else "",
            disposal_at=disposal_at,
            hours_set=hours,
            hours_reason=hours_reason,
            created_at=at,
            updated_at=at,
        )
        for name, value in {**told, **fields}.items():
            setattr(self.case, name, value)
        self.case.offence_at = min(self.case.offence_at, disposal_at - timedelta(minutes=rng.randint(40, 150)))
        if not known:
            person.created_at = at
        if guardian:
            guardian.created_at = at
        self.book.add(self.case)
        self.did(lifecycle.DRAFTED, at, officer)
        self._consents(at)
        self._victim(at)

    def _consents(self, at):
        for kind in ("take_part", "share", *(["photo"] if self.rng.random() < 0.5 else [])):
            self.consents.add(kind)
            self._consent(kind, at)

    def consent(self, kind: str, at, by):
        """Signed when somebody asked for it, after the referral."""
        given = self._consent(kind, at, recorded_by=by)
        self.did(lifecycle.CONSENT_GIVEN, at, by, what=given.get_kind_display().lower())

    def _consent(self, kind, at, **fields) -> Consent:
        signer = self.case.parent_or_carer or self.case.participant
        given = Consent(
            case=self.case,
            kind=kind,
            given_by=signer.name,
            relationship=self.case.relationship.lower() or "self",
            given_on=at.date(),
            form_version=f"{at.year}-1",
            **fields,
        )
        self.given[kind] = self.book.add(given)
        return given

    def withdraw_consent(self, kind: str, at, by):
        """Whoever signed takes it back; what stops has to be told by the story itself."""
        self.reached(at)
        row = self.given[kind]
        row.withdrawn_at, row.withdrawn_by, row.withdrawal_recorded_by = at, row.given_by, by
        self.consents.discard(kind)
        self.did(lifecycle.CONSENT_WITHDRAWN, at, by, what=row.get_kind_display().lower())

    def task(self, team, what: str, due_on, at, by):
        """Something to be done by a team, as somebody added it or a step of theirs did."""
        kind = Task.Kind.BY_HAND
        self.book.add(Task(case=self.case, kind=kind, what=what, due_on=due_on, team=team, made_by=by, made_at=at))
        self.did(lifecycle.TASK_ADDED, at, by, whom=str(Task.Team(team).label), due=f"{due_on:%-d %B %Y}")

    def _victim(self, at):
        street, town = self.case.place.split(", ")
        fields = people.victim(self.rng, self.side.force, self.case.offence_id, street, town)
        if fields is None:
            return
        if person := fields.get("person"):
            person.created_at = at
            self.book.add(person)
        wishes = ("apology_in_writing", "repair_damage", "structured_activity", "apology_in_person", "pay_for_damage")
        self.victim = self.book.add(
            Victim(case=self.case, consulted_on=at.date(), wish_id=self.rng.choice(wishes), **fields)
        )

    def name_colleague(self, officer):
        self.book.add(NamedOfficer(referral=self.case, user=officer))

    def submit(self, at):
        self.reached(at)
        self.case.status, self.case.submitted_at = Status.SUBMITTED, at
        self.case.decision_due_at = rules.working_days_clock(at, self.labels.limits["triage"], at).due_at
        self.did(lifecycle.SUBMIT.kind, at, self.case.referred_by)

    def answer(self, query: Query, at, text: str):
        self.reached(at)
        query.answer, query.answered_by, query.answered_at = text, self.case.referred_by, at
        self.case.status = Status.SUBMITTED
        clock = rules.working_days_clock(
            self.case.submitted_at, self.labels.limits["triage"], at, pauses=[(query.asked_at, at)]
        )
        self.case.decision_due_at = clock.due_at
        self.did(lifecycle.ANSWER.kind, at, self.case.referred_by)

    def withdraw(self, at, by, reason: str):
        self.reached(at)
        self._close(at, Status.WITHDRAWN, withdraw_reason_id=reason)
        self.did(lifecycle.WITHDRAW.kind, at, by, reason=self.labels.withdraw[reason].label)

    def _close(self, at, status, **fields):
        self.case.status, self.case.closed_at = status, at
        for name, value in fields.items():
            setattr(self.case, name, value)

    # --- triage -----------------------------------------------------------------------------------------------------

    def assign(self, at, to):
        self.reached(at)
        self.case.assigned_to = to
        self.did(lifecycle.ASSIGNED, at, to, to=str(to))

    def ask(self, at, by, question: str) -> Query:
        self.reached(at)
        self.case.status = Status.QUERIED
        self.did(lifecycle.QUERY.kind, at, by)
        return self.book.add(Query(case=self.case, question=question, asked_by=by, asked_at=at))

    def _decide(self, at, by, outcome, rationale, **fields):
        self.case.decided_at = at
        checklist = [asdict(finding) for finding in rules.eligibility(self._facts())]
        self.book.add(
            Decision(case=self.case, outcome=outcome, by=by, at=at, rationale=rationale, checklist=checklist, **fields)
        )

    def _facts(self) -> rules.Facts:
        case, disposal = self.case, self.labels.disposals[self.case.disposal_id]
        return rules.Facts(
            age=age_on(case.participant.date_of_birth, case.submitted_at.date()),
            disposal=disposal.pk,
            disposal_label=disposal.label,
            needs_admission=disposal.needs_admission,
            children_only=disposal.children_only,
            adults_only=disposal.adults_only,
            responsibility=case.responsibility,
            sufficient_evidence=case.sufficient_evidence,
            agrees="take_part" in self.consents,
            appropriate_adult=case.appropriate_adult,
            parent_or_carer=case.parent_or_carer is not None,
            victims=1 if self.victim else 0,
            victims_consulted=1 if self.victim else 0,
            rationale=case.rationale,
            gravity_score=case.gravity_score,
            hours=case.hours_set,
            hours_reason=case.hours_reason,
            hate=case.hate,
            weapon=case.weapon,
            inspector=case.inspector,
            inspector_reason=case.inspector_reason,
        )

    def accept(self, at, by, *, workshop_needed=True, rj=False):
        self.reached(at)
        provider, hours = self.side.provider, self.case.hours_set
        self.case.status, self.case.provider = Status.ACTIVE, provider
        self._decide(at, by, Decision.Outcome.ACCEPT, "Meets the rules; a workshop and local work fit what happened.")
        self.plan = self.book.add(
            Plan(
                case=self.case,
                workshop_needed=workshop_needed,
                minutes_required=hours * 60,
                rj_to_explore=rj,
                provider=provider,
            )
        )
        self.accepted = (at, by)
        self.did(lifecycle.ACCEPT.kind, at, by, hours=hours, provider=provider.name)

    def decline(self, at, by, reason: str, redirected_to=""):
        self.reached(at)
        self._close(at, Status.DECLINED)
        self._decide(
            at, by, Decision.Outcome.DECLINE, "The scheme is not the right answer here.",
            reason_id=reason, redirected_to=redirected_to,
        )  # fmt: skip
        self.did(lifecycle.DECLINE.kind, at, by, reason=self.labels.decline[reason].label)

    def suspend(self, at, by, reason: str):
        self.reached(at)
        self.case.status, self.case.suspend_reason_id = Status.SUSPENDED, reason
        self.case.suspended_at = at
        self.did(lifecycle.SUSPEND.kind, at, by, reason=self.labels.suspend[reason].label)

    def complete(self, at, by):
        self.reached(at)
        self._close(at, Status.COMPLETED)
        self.did(lifecycle.COMPLETE.kind, at, by)

    def return_to_officer(self, at, by, reason: str):
        self.reached(at)
        self._close(at, Status.RETURNED, return_reason_id=reason)
        self.did(lifecycle.RETURN.kind, at, by, reason=self.labels.returned[reason].label)

    def check(self, at, by, months: int, result: str):
        self.reached(at)
        made = self.book.add(
            FurtherOffenceCheck(case=self.case, months=months, done_on=at.date(), result=result, by=by)
        )
        self.did(lifecycle.FURTHER_OFFENCE_CHECKED, at, by, months=months, result=made.get_result_display().lower())

    def ask_manager(self, at, by, kind, reason: str) -> OverrideRequest:
        self.reached(at)
        request = self.book.add(OverrideRequest(case=self.case, kind=kind, reason=reason, asked_by=by, asked_at=at))
        self.did(lifecycle.OVERRIDE_ASKED, at, by, what=request.get_kind_display().lower())
        return request

    def manager_agrees(self, request: OverrideRequest, at, by, reason: str):
        self.reached(at)
        request.agreed, request.decided_by, request.decided_at, request.decision_reason = True, by, at, reason
        self.did(lifecycle.OVERRIDE_DECIDED, at, by, what=request.get_kind_display().lower(), answer="agreed")

    # --- the caseworker ---------------------------------------------------------------------------------------------

    def take_on(self, at, caseworker):
        self.reached(at)
        self.case.caseworker = caseworker
        self.did(lifecycle.TAKEN_ON, at, caseworker, caseworker=str(caseworker))

    def contact(self, at):
        self.reached(at)
        self.reach("first_contact", at, at + timedelta(minutes=2), self.case.caseworker)
        self.did(lifecycle.CONTACTED, at + timedelta(minutes=2), self.case.caseworker)

    # --- the workshop -----------------------------------------------------------------------------------------------

    def book_on(self, slot: Slot, at, by=None) -> Booking:
        """A place, or a position on the waiting list when the session is full."""
        self.reached(at)
        by, place = by or self.case.caseworker, slot.has_room
        booking = self.book.add(
            Booking(
                id=uuid_from(self.rng),
                case=self.case,
                session=slot.session,
                status=BookingStatus.BOOKED if place else BookingStatus.WAITLISTED,
                booked_at=at if place else None,
                waitlisted_at=None if place else at,
                booked_by=by,
            )
        )
        slot.session.places_taken += 1 if place else 0
        self.did(workshop.BOOKED if place else workshop.WAITLISTED, at, by, session=str(slot.session))
        self.bookings[slot] = booking
        return booking

    def cancel_booking(self, slot: Slot, at, by):
        self.reached(at)
        self.bookings[slot].status = BookingStatus.CANCELLED
        slot.session.places_taken -= 1
        self.did(workshop.CANCEL_BOOKING.kind, at, by, session=str(slot.session))

    def came(self, slot: Slot, outcome="complied"):
        self._recorded(slot, BookingStatus.ATTENDED, outcome, workshop.ATTEND)
        session = slot.session
        if session.status == SessionStatus.PLANNED:
            session.status = SessionStatus.DELIVERED
            self.book.event(workshop.DELIVER.kind, slot.register_at, session.facilitator, session=session.pk)
        self.reach("workshop_attended", session.starts_at, slot.register_at, session.facilitator)

    def stayed_away(self, slot: Slot, outcome: str):
        self._recorded(slot, BookingStatus.DID_NOT_ATTEND, outcome, workshop.MISS)

    def _recorded(self, slot, status, outcome, step):
        at, by = self.reached(slot.register_at), slot.session.facilitator
        booking = self.bookings[slot]
        booking.status, booking.outcome_id = status, outcome
        booking.recorded_by, booking.recorded_at = by, at
        self.did(step.kind, at, by, outcome=self.labels.outcomes[outcome].label, session=str(slot.session))

    def says(self, slot: Slot, answers: dict, comment=""):
        self.book.add(
            FeedbackResponse(
                booking=self.bookings[slot],
                wording="2024",
                given_at=slot.register_at,
                comment=comment,
                may_be_quoted=bool(comment) and self.rng.random() < 0.7,
                **answers,
            )
        )
        self.did(workshop.FEEDBACK_GIVEN, slot.register_at, slot.session.facilitator)

    # --- who ----------------------------------------------------------------------------------------------------------

    def some(self, role: Role):
        """Somebody of the side who holds the role."""
        return self.rng.choice(self.side.of(role))
