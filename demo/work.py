"""Community work in a story: assessment, placement, sessions, the ledger of hours."""

from datetime import datetime, timedelta

from demo import people
from demo.book import NeverWith, uuid_from
from demo.clock import at
from demo.hosts import Host, Shift
from demo.story import Story
from placements import lifecycle, rules
from placements.lifecycle import PlacementStatus
from placements.models import Assessment, HoursAccount, HoursLine, Placement, WorkSession

NOTES = ("Worked steadily.", "Needed a reminder at first, then fine.", "Helped others with the heavy work.", "")


class Work:
    """What Remedi does with one case."""

    def __init__(self, story: Story):
        self.story, self.book, self.rng = story, story.book, story.rng
        self.placement: Placement | None = None
        self.account: HoursAccount | None = None  # what the database will make of the lines
        self.rank = 0  # of a line: it is written after those of a lower one

    @property
    def case(self):
        return self.story.case

    @property
    def by(self):
        return self.case.caseworker

    def assess(self, moment: datetime, days=(), never_with=()):
        self.story.reached(moment)
        rng, guardian = self.rng, self.case.parent_or_carer
        friend = f"{rng.choice(people.GIVEN_OLDER)} {self.case.participant.family_name}"
        assessment = Assessment(
            case=self.case,
            needs=self.case.participant.needs,
            risk_to_self=rng.choice(["", "", "Low mood this year; has a support worker."]),
            risk_to_others=rng.choice(["", "", "Argues when criticised in front of others."]),
            medical=rng.choice(["", "", "", "Asthma.", "Epilepsy, controlled by medication."]),
            emergency_contact_name=guardian.name if guardian else friend,
            emergency_contact_phone=people.phone(rng),
            emergency_contact_relationship=self.case.relationship if guardian else "Aunt or uncle",
            may_work_alone=rng.random() < 0.93,
            activities_to_avoid=rng.choice(["", "", "", "", "Heavy lifting.", "Work at height."]),
            days_available=sorted({*days, *rng.sample(range(6), 4)}),
            sections_done=list(rules.SECTIONS),
            started_by=self.by,
            started_at=moment - timedelta(minutes=40),
            completed_by=self.by,
            completed_at=moment,
        )
        self.book.add(assessment)
        for kind in ("work", "medical") if guardian else ("medical",):
            self.story.consent(kind, moment, self.by)
        for other in never_with:
            self.book.add(NeverWith(assessment=assessment, referral=other))
        self.story.did(lifecycle.ASSESSED, moment, self.by)
        self.story.reach("assessed", moment, moment, self.by)

    def begin(self, moment: datetime, *sections: str):
        """The assessment is begun, and these of its sections are answered; the rest waits for a second visit."""
        self.story.reached(moment)
        answers = {"needs": self.case.participant.needs, "may_work_alone": True, "days_available": [0, 2, 5]}
        self.book.add(
            Assessment(
                case=self.case,
                sections_done=[name for name in rules.SECTIONS if name in sections],
                started_by=self.by,
                started_at=moment,
                version=len(sections),
                **answers,
            )
        )
        self.story.did(lifecycle.ASSESSMENT_STARTED, moment, self.by, section=sections[0])

    def place(self, host: Host, moment: datetime, minutes: int | None = None):
        self.story.reached(moment)
        guardian, required = self.case.parent_or_carer, self.story.plan.minutes_required
        self.placement = self.book.add(
            Placement(
                id=uuid_from(self.rng),
                case=self.case,
                site=host.site,
                minutes_agreed=minutes or required,
                signed_by=self.case.participant.name,
                parent_signed_by=guardian.name if guardian else "",
                signed_on=moment.date(),
                planned_by=self.by,
                planned_at=moment,
            )
        )
        if self.account is None:
            self.account = HoursAccount(case=self.case, minutes_required=0)
            self._order(required, *self.story.accepted, moment, "What the plan asks for")
        self.story.did(
            lifecycle.PLANNED, moment, self.by, site=host.site.name, hours=f"{self.placement.minutes_agreed / 60:g}"
        )

    def schedule(self, shift: Shift, moment: datetime) -> WorkSession:
        self.story.reached(moment)
        session = self.book.add(
            WorkSession(
                id=uuid_from(self.rng),
                case=self.case,
                placement=self.placement,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
            )
        )
        when = f"{rules.date_in_words(shift.day)}, {shift.starts_at:%H:%M}"
        self.story.did(lifecycle.WORK_PLANNED, moment, self.by, when=when)
        return session

    def log(self, session: WorkSession, shift: Shift, moment: datetime):
        self.story.reached(moment)
        rng, outcome = self.rng, self.story.labels.outcomes[shift.outcome]
        session.break_minutes, session.penalty_minutes = shift.break_minutes, shift.penalty_minutes
        session.outcome_id, session.recorded_by, session.recorded_at = outcome.pk, self.by, moment
        session.version += 1
        if outcome.attended:
            session.quality = rng.choice(["excellent", "good", "good", "satisfactory"])
            session.behaviour = "poor" if outcome.enforceable else rng.choice(["excellent", "good", "satisfactory"])
            session.notes = rng.choice(NOTES)
        first_credit = shift.corrected_from or shift.credited
        if first_credit:
            elapsed = rules.elapsed_minutes(shift.starts_at, shift.ends_at) + first_credit - shift.credited
            parts = rules.parts(elapsed, shift.break_minutes, shift.penalty_minutes, first_credit)
            line, *_ = [self._enter(session, *part, moment) for part in parts.items() if part[1]]
            if self.placement.status == PlacementStatus.PLANNED:
                self.placement.status = PlacementStatus.UNDER_WAY
                self.story.did(lifecycle.START.kind, moment, self.by, site=self.placement.site.name)
        self.story.did(lifecycle.WORK_LOGGED, moment, self.by, **self._event(session, outcome, first_credit))
        if shift.corrected_from:
            self._correct(line, session, shift, outcome, moment + timedelta(minutes=20))
        if outcome.attended and "first_work_session" not in self.story.milestones:
            self.story.reach("first_work_session", session.starts_at, moment, self.by)
        if self.account.minutes_left == 0:
            self.story.reach("hours_completed", session.ends_at, moment, self.by)
            self.placement.status = PlacementStatus.COMPLETED
            self.story.did(lifecycle.COMPLETE.kind, moment, self.by, site=self.placement.site.name)

    def _event(self, session, outcome, credited):
        return {
            "when": rules.date_in_words(session.starts_at.date()),
            "outcome": outcome.label.lower(),
            "credited": credited,
            "session": str(session.pk),
        }

    def _add(self, line: HoursLine) -> HoursLine:
        line.rank = self.rank
        return self.book.add(line)

    def _order(self, minutes, decided_at, decided_by, moment, reason):
        self.account.minutes_required += minutes
        self._add(
            HoursLine(
                case=self.case,
                kind=HoursLine.Kind.ORDER,
                account=HoursLine.Account.ORDER,
                against=HoursLine.Against.POLICE,
                on=decided_at.date(),
                minutes=minutes,
                decided_by=str(decided_by),
                reason=reason,
                by=self.by,
                at=moment,
            )
        )

    def _enter(self, session, account, minutes, moment, **fields) -> HoursLine:
        if account == HoursLine.Account.WORK:
            self.account.minutes_credited += minutes
        return self._add(
            HoursLine(
                case=self.case,
                kind=HoursLine.Kind.CREDIT,
                account=account,
                against=HoursLine.Against.REPORTED,
                on=session.starts_at.date(),
                minutes=minutes,
                work_session=session,
                site=self.placement.site,
                by=self.by,
                at=moment,
                **fields,
            )
        )

    def _correct(self, line, session, shift, outcome, moment):
        """The first line had an hour too many: reversed by a line of its own, and credited again."""
        reason = "End time mistyped"
        reversal = HoursLine(
            case=self.case,
            kind=HoursLine.Kind.REVERSAL,
            account=line.account,
            against=line.against,
            on=line.on,
            minutes=-line.minutes,
            work_session=session,
            site=line.site,
            reverses=line,
            reason=reason,
            by=self.by,
            at=moment,
        )
        self.rank += 1  # written after the line that it reverses, and before those that come after it
        self._add(reversal)
        self.account.minutes_credited -= line.minutes
        self.rank += 1
        self._enter(session, "work", shift.credited, moment, reason=reason)
        session.version += 1
        session.recorded_at = moment
        self.story.did(lifecycle.WORK_CORRECTED, moment, self.by, **self._event(session, outcome, shift.credited))

    def adjust(self, minutes: int, code: str, reason: str, moment: datetime):
        """The order is so many minutes longer, or shorter."""
        self.story.reached(moment)
        line = HoursLine(
            case=self.case,
            kind=HoursLine.Kind.ADJUSTMENT,
            account=HoursLine.Account.ORDER,
            against=HoursLine.Against.ADJUSTED,
            on=moment.date(),
            minutes=minutes,
            adjustment_reason_id=code,
            reason=reason,
            by=self.by,
            at=moment,
        )
        self.account.minutes_required += minutes
        self._add(line)
        label = self.story.labels.adjustments[code].label
        self.story.did(lifecycle.ADJUSTED, moment, self.by, minutes=minutes, reason=label)

    def end(self, moment: datetime, reason: str, label: str):
        if self.placement and self.placement.status in lifecycle.END.sources:
            self.story.reached(moment)
            self.placement.status, self.placement.end_reason_id = PlacementStatus.ENDED, reason
            self.story.did(lifecycle.END.kind, moment, self.by, site=self.placement.site.name, reason=label)

    def do(self, shifts: list[Shift]):
        """Each day of work is planned some days ahead, and recorded on the evening of the day."""
        planned = self.placement.planned_at + timedelta(minutes=15)
        for shift in shifts:
            session = self.schedule(shift, max(planned, at(shift.day - timedelta(days=6), 9, 40)))
            self.log(session, shift, shift.ends_at + timedelta(minutes=25))
