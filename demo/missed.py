"""What was missed in the cases that are open, and what followed: some waits, some is answered, some is decided."""

from collections import Counter
from datetime import datetime, timedelta

from accounts.roles import Role
from demo.book import uuid_from
from demo.history import History
from demo.plan import dice
from placements.models import WorkSession
from referrals import compliance, lifecycle
from referrals.lifecycle import Status
from referrals.models import ComplianceEvent
from workshops.models import Booking

GOOD = (
    "Rang the next day: the bus did not come. Showed the operator’s message.",
    "Was with their mother in hospital; showed the discharge letter.",
)
WEAK = ("Says that they overslept.", "Says that nobody reminded them.")
EVIDENCE_DAYS = 7


class Missed:
    def __init__(self, history: History):
        self.history, self.book, self.now = history, history.book, history.now

    def tell(self):
        outcomes = self.history.labels.outcomes
        stories = {story.case.pk: story for story in self.history.stories}
        year_ago = self.now - timedelta(days=365)
        missed = []
        for stage, model in (("workshop", Booking), ("placement", WorkSession)):
            for row in self.book.rows[model]:
                outcome = outcomes[row.outcome_id] if row.outcome_id else None
                case = row.case
                is_open = case.status in (Status.ACTIVE, Status.SUSPENDED)
                if outcome and outcome.enforceable and is_open and row.recorded_at > year_ago:
                    starts_at = row.session.starts_at if stage == "workshop" else row.starts_at
                    missed.append((stories[case.pk], stage, row, outcome, starts_at.date()))
        missed.sort(key=lambda each: (each[2].recorded_at, each[2].pk))
        often = Counter(story.case.pk for story, *_ in missed)
        for number, (story, *each) in enumerate(missed):
            twice = often[story.case.pk] > 1  # one of these is proposed to go back to the officer
            self.follow(story, *each, upheld=twice or number % 2 == 1)

    def follow(self, story, stage, row, outcome, day, *, upheld):
        rng, raised_at = dice(f"missed:{row.pk}"), row.recorded_at
        event = ComplianceEvent(
            id=uuid_from(rng),
            case=story.case,
            stage=stage,
            about=row.pk,
            outcome_id=outcome.pk,
            happened_on=day,
            raised_at=raised_at,
            raised_by=row.recorded_by,
            evidence_by=compliance.evidence_by(raised_at.date(), EVIDENCE_DAYS),
        )
        self.book.add(event)
        self.did(lifecycle.COMPLIANCE_RAISED, event, raised_at, row.recorded_by, until=event.evidence_by)
        by = story.case.caseworker or story.side.of(Role.TRIAGER)[0]
        answered = raised_at + timedelta(days=rng.choice((1, 2, 3)))
        if rng.random() < 0.6 and answered < self.now:
            event.evidence, event.evidence_at = rng.choice(WEAK if upheld else GOOD), answered
            self.did(lifecycle.EVIDENCE_RECORDED, event, answered, by)
        decided = raised_at + timedelta(days=rng.choice((8, 9, 10)))
        if decided < self.now and (rng.random() < 0.8 or upheld):
            self.decide(event, decided, by, upheld)

    def decide(self, event, at: datetime, by, upheld: bool):
        event.decision = ComplianceEvent.Decision.UPHELD if upheld else ComplianceEvent.Decision.EXCUSED
        event.decision_reason = "No good reason was given." if upheld else "They could not help it."
        event.decided_by, event.decided_at = by, at
        self.did(lifecycle.COMPLIANCE_UPHELD if upheld else lifecycle.COMPLIANCE_EXCUSED, event, at, by)

    def did(self, kind, event, at, by, until=None):
        told = {
            "outcome": self.history.labels.outcomes[event.outcome_id].label.lower(),
            "when": compliance.day_in_words(event.happened_on),
        }
        if until:
            told["until"] = compliance.day_in_words(until)
        self.book.event(kind, at, by, case=event.case, ids=[event.pk], **told)
