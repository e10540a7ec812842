"""Restorative justice in a story: from the first offer to what was agreed, or to where it stopped."""

from datetime import date, timedelta

from accounts.roles import Role
from demo.book import uuid_from
from demo.clock import at, working
from demo.story import Story
from referrals.models import Consent
from restorative import lifecycle
from restorative.models import AgreementItem, Contact, Process

# The steps towards a meeting, and how far along the way from the acceptance of the case to the meeting each stands.
WAY = (
    (lifecycle.OFFER, 0.1), (lifecycle.ACCEPT, 0.3), (lifecycle.WILLING, 0.45), (lifecycle.ASSESS_RISK, 0.6),
    (lifecycle.PREPARE, 0.75), (lifecycle.FACILITATE, 1.0),
)  # fmt: skip
ITEMS = (
    ("apology", "Write a letter of apology"), ("repair", "Repaint the fence with the youth club"),
    ("payment", "Pay £20 towards the repair"), ("community_work", "Ten hours at a place that the victim chose"),
    ("other", "Stay away from the street after 21:00"),
)  # fmt: skip


class Meeting:
    def __init__(self, story: Story, practitioner=None):
        self.story, self.book, self.rng = story, story.book, story.rng
        self.practitioner = practitioner or self.rng.choice(story.side.of(Role.PRACTITIONER))
        self.process: Process | None = None

    def identify(self, moment, by):
        self.story.reached(moment)
        case = self.story.case
        self.process = self.book.add(
            Process(
                id=uuid_from(self.rng),
                case=case,
                victim=self.story.victim,
                practitioner=self.practitioner,
                identified_at=moment,
            )
        )
        self.story.victim.told_about_rj_on = moment.date()
        self.book.add(
            Consent(
                case=case,
                kind="rj",
                given_by=(case.parent_or_carer or case.participant).name,
                relationship=case.relationship.lower() or "self",
                given_on=moment.date(),
                form_version=f"{moment.year}-1",
            )
        )
        self.story.did(lifecycle.STARTED, moment, by, practitioner=str(self.practitioner))

    def contact(self, moment, party, how, notes):
        self.book.add(
            Contact(
                case=self.story.case, process=self.process, party=party, how=how, at=moment, notes=notes,
                by=self.practitioner,
            )
        )  # fmt: skip
        self.story.did(lifecycle.CONTACTED, moment, self.practitioner)

    def take(self, step, moment, **event):
        """One step, with the fields that its target asks for."""
        self.story.reached(moment)
        process, day = self.process, moment.date()
        process.status = step.target
        if step is lifecycle.OFFER:
            process.offered_on = day
            self.contact(moment, "victim", "phone", "Explained what restorative justice is; sent the leaflet.")
        elif step in (lifecycle.ACCEPT, lifecycle.DECLINE, lifecycle.NO_RESPONSE):
            process.answered_on = day if step is not lifecycle.NO_RESPONSE else None
        elif step is lifecycle.WILLING:
            process.harm_acknowledged = True
            self.contact(moment, "participant", "visit", "Says what they did was wrong and whom it hurt.")
        elif step is lifecycle.ASSESS_RISK:
            process.risk_assessment = "Known to each other by sight. Neutral room, supporters on both sides."
        elif step is lifecycle.PREPARE:
            process.preparation = "Both parties prepared separately; questions written down."
            self.contact(moment, "victim", "visit", "Wants to ask why; would like an apology.")
        elif step is lifecycle.FACILITATE:
            process.facilitated_on = day
            process.kind_id = self.rng.choices(
                ["direct_conference", "shuttle", "letter", "community_conference", "other_indirect"], [9, 6, 5, 2, 1]
            )[0]
            event |= {"on": f"{day.day} {day:%B %Y}", "kind": process.kind_id}
        self.book.event(step.kind, moment, self.practitioner, case=self.story.case, **event)
        if step is lifecycle.FACILITATE:
            self.story.reach("rj_facilitated", at(day, 0), moment, self.practitioner)

    def over(self, step, moment, reason: tuple[str, str] | None = None):
        """It ends here without a meeting: with a reason (code, label) where somebody stopped it."""
        self.take(step, moment, **({"reason": reason[1]} if reason else {}))
        if reason:
            self.process.not_proceeded_reason_id = reason[0]
        self.process.closed_on = moment.date()

    def towards(self, start: date, meeting_on: date, until=lifecycle.FACILITATE):
        """Every step up to `until`, spread over the days from the start to the meeting."""
        days = (meeting_on - start).days
        for step, share in WAY:
            day = meeting_on if share == 1.0 else start + timedelta(days=int(days * share))
            self.take(step, at(day, 10 + int(share * 5), 20))
            if step is until:
                return

    def agree(self, moment, due_in: tuple[int, int] | None = None):
        """Two things are agreed: after so many days, or by chance 7, 14 or 28. What is due by now has been done."""
        self.take(lifecycle.AGREE, moment, items=2)
        due_in = due_in or self.rng.choices((7, 14, 28), k=2)
        for (kind, description), days in zip(self.rng.sample(ITEMS, 2), due_in, strict=True):
            due = moment.date() + timedelta(days=days)
            done = due if at(due, 12) < self.story.now else None
            item = self.book.add(
                AgreementItem(
                    case=self.story.case,
                    process=self.process,
                    kind=kind,
                    description=description,
                    responsible=self.story.case.participant.name,
                    due_on=due,
                    done_on=done,
                )
            )
            if done:
                self.story.did(
                    lifecycle.ITEM_DONE, at(due, 12), self.practitioner, what=item.get_kind_display().lower()
                )

    def follow_and_finish(self, moment):
        self.take(lifecycle.FOLLOW, moment + timedelta(days=14))
        self.take(lifecycle.FINISH, moment + timedelta(days=35))
        self.process.closed_on = (moment + timedelta(days=35)).date()
        self.process.victim_satisfied = self.rng.random() < 0.9 if self.rng.random() < 0.9 else None
        self.process.participant_satisfied = self.rng.random() < 0.92 if self.rng.random() < 0.9 else None

    def whole(self, accepted_at, by, meeting_on: date):
        """A process that comes to a meeting on the day, is agreed upon and followed up."""
        self.identify(accepted_at + timedelta(minutes=30), by)
        self.towards(accepted_at.date(), meeting_on)
        if self.rng.random() < 0.85:
            self.agree(at(meeting_on, 17))
        self.follow_and_finish(at(working(meeting_on), 9))

    def ends_early(self, accepted_at, by, how: str):
        self.identify(accepted_at + timedelta(minutes=30), by)
        start = accepted_at.date()
        if how in ("decline", "no_response"):
            self.take(lifecycle.OFFER, at(working(start, 2), 11))
            step = lifecycle.DECLINE if how == "decline" else lifecycle.NO_RESPONSE
            self.over(step, at(working(start, 6), 14))
        elif how == "not_willing":
            self.towards(start, start + timedelta(days=30), until=lifecycle.ACCEPT)
            self.over(lifecycle.NOT_WILLING, at(start + timedelta(days=14), 11))
        else:
            self.towards(start, start + timedelta(days=30), until=lifecycle.ASSESS_RISK)
            self.over(lifecycle.STOP, at(start + timedelta(days=24), 11), ("victim_stopped", "The victim stopped"))
