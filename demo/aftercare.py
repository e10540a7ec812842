"""What gathers round the cases: tasks that rules make, notes, two records of one person, a saved filter."""

from datetime import datetime, timedelta

from accounts.roles import Role
from demo.book import Admitted
from demo.clock import at, during, working
from demo.history import History
from demo.plan import dice
from demo.story import Story
from referrals import lifecycle
from referrals.lifecycle import CLOSED, Status
from referrals.models import Note, PersonLink, SavedFilter, Task, Victim
from referrals.time_limits import rj_information_due, working_day_after

Kind, Team = Task.Kind, Task.Team
TOLD = (
    "Rang them. They are glad to hear it.", "Left word as agreed, and they rang back.", "Spoke to the shop’s manager.",
    "Called round on patrol.", "Emailed, as they had asked.",
)  # fmt: skip
NOTES = (
    ("Prefers texts to calls. Answers after 16:00.", False),
    ("Works nights on Tuesdays and Wednesdays: no sessions on those mornings.", False),
    ("Came with his brother to the first meeting; keen to start.", False),
    ("Has moved in with her aunt for now. The address on record is being checked.", False),
    ("Mother asked that letters go to her, not to the school.", False),
    ("Says that an older cousin puts pressure on him. Told the neighbourhood team.", True),
)  # fmt: skip


class Aftercare:
    def __init__(self, history: History):
        self.history, self.book, self.now = history, history.book, history.now
        self.limits = history.labels.limits

    def tell(self):
        for story in self.history.stories:
            self.rng = dice(f"after:{story.case.pk}")
            self.tasks(story)
            if story.case.status == Status.ACTIVE and self.rng.random() < 0.4:
                self.note(story)
            if story.case.restricted:
                self.restrict(story)
        self.by_hand()
        self.same_person()
        self.saved_filter()

    # --- what rules make ----------------------------------------------------------------------------------------------

    def tasks(self, story: Story):
        case, victim = story.case, story.victim
        if case.submitted_at is None:
            return
        if victim and victim.kind != Victim.Kind.COMMUNITY:
            self.rj_information(case, victim)
        if case.provider:
            due_on = working_day_after(case.decided_at.date(), self.limits["first_contact"])
            contact = story.milestones.get("first_contact")
            task = self.task(case, Kind.FIRST_CONTACT, Team.PROVIDER, case.decided_at, due_on)
            if contact:
                task.done_at, task.done_by, task.outcome = contact.at, case.caseworker, "First contact recorded"
            elif case.status in CLOSED:
                task.done_at, task.not_needed = case.closed_at, True
            if victim:
                self.update(case, victim, case.decided_at, "the referral was accepted")
        if case.status in CLOSED and victim:
            news = {
                Status.DECLINED: "the referral was declined",
                Status.WITHDRAWN: "the referral was withdrawn",
                Status.COMPLETED: "the case was completed",
                Status.RETURNED: "the case went back to the officer",
            }[case.status]
            self.update(case, victim, case.closed_at, news)

    def rj_information(self, case, victim):
        due_on = rj_information_due(
            reported_on=None, offence_at=case.offence_at, enhanced=victim.enhanced_rights, limits=self.limits
        )
        task = self.task(case, Kind.RJ_INFORMATION, Team.OFFICERS, case.submitted_at, due_on, victim=victim)
        told = self.soon_after(case.submitted_at)
        if told < self.now:
            victim.told_about_rj_on = told.date()
            task.done_at, task.done_by = told, case.referred_by
            task.outcome = f"Told on {told:%-d %B %Y}"
            self.book.event(
                lifecycle.VICTIM_TOLD, told, case.referred_by, case=case, ids=[victim.pk], on=f"{told:%-d %B %Y}"
            )
        elif case.status in (Status.DECLINED, Status.WITHDRAWN):
            task.done_at, task.not_needed = case.closed_at, True

    def update(self, case, victim, since: datetime, news: str):
        """The victim is told; where the case was closed before that, of its end only."""
        due_on = working_day_after(since.date(), self.limits["victim_update"])
        told = self.soon_after(since)
        if told >= self.now and case.closed_at and case.closed_at > since:
            return
        task = self.task(
            case, Kind.VICTIM_UPDATE, Team.OFFICERS, since, due_on, victim=victim, what=f"Tell the victim that {news}"
        )
        if told < self.now:
            task.done_at, task.done_by, task.outcome = told, case.referred_by, self.rng.choice(TOLD)
            self.book.event(lifecycle.VICTIM_UPDATED, told, case.referred_by, case=case)

    def soon_after(self, moment: datetime) -> datetime:
        return during(working((moment + timedelta(days=1)).date(), self.rng.choice((0, 0, 1, 2, 3))), self.rng)

    def task(self, case, kind, team, made_at, due_on, **fields) -> Task:
        fields.setdefault("what", kind.label)
        return self.book.add(Task(case=case, kind=kind, team=team, made_at=made_at, due_on=due_on, **fields))

    # --- what people make ---------------------------------------------------------------------------------------------

    def note(self, story: Story):
        case = story.case
        by = case.caseworker or story.some(Role.TRIAGER)
        when = self.soon_after(case.decided_at)
        if when >= self.now:
            return
        text, sensitive = self.rng.choice(NOTES)
        self.book.add(Note(case=case, text=text, sensitive=sensitive, by=by, at=when))
        kind = lifecycle.SENSITIVE_NOTE_WRITTEN if sensitive else lifecycle.NOTE_WRITTEN
        self.book.event(kind, when, by, case=case)

    def restrict(self, story: Story):
        case, triager = story.case, story.side.of(Role.TRIAGER)[0]
        case.restricted_because = "A relative of somebody who works for the force."
        self.book.add(Admitted(referral=case, user=triager))
        self.book.event(lifecycle.RESTRICTED, case.decided_at + timedelta(minutes=5), triager, case=case)

    def by_hand(self):
        """Something to do for the triager and the coordinator whose sign-ins are printed, one of it overdue."""
        triager = self.history.side.of(Role.TRIAGER)[0]
        coordinator = self.history.side.of(Role.COORDINATOR)[0]
        day = self.now.date()
        active = [story.case for story in self.history.stories if story.case.status == Status.ACTIVE]
        mine = [case for case in active if case.caseworker == coordinator and not case.restricted]
        for number, (case, who, team, what, days) in enumerate(
            (
                (active[-1], triager, Team.TRIAGE, "Ask the school for a contact for the work sessions", 3),
                (active[-2], triager, Team.TRIAGE, "Ring the neighbourhood team about the threats", -2),
                (mine[-1], coordinator, Team.PROVIDER, "Send the site’s map and bus times", 1),
                (mine[-2], coordinator, Team.PROVIDER, "Check the medication with the parent", -1),
            )
        ):
            made_at = at(working(day - timedelta(days=9)), 10, number)
            due_on = day + timedelta(days=days)
            self.task(case, Kind.BY_HAND, team, made_at, due_on, what=what, assigned_to=who, made_by=who)
            self.book.event(lifecycle.TASK_ADDED, made_at, who, case=case, whom=str(who), due=f"{due_on:%-d %B %Y}")

    def same_person(self):
        """Two records of one person, which somebody found and linked."""
        triager = self.history.side.of(Role.TRIAGER)[1]
        closed = [
            story.case
            for story in self.history.stories
            if story.case.status == Status.DECLINED and not story.young and story.side is self.history.side
        ]
        first, second = closed[-1], closed[-2]
        second.participant.given_names = first.participant.given_names
        second.participant.family_name = first.participant.family_name
        second.participant.date_of_birth = first.participant.date_of_birth
        low, high = sorted((first.participant, second.participant), key=lambda person: person.pk)
        when = at(working((max(first.closed_at, second.closed_at) + timedelta(days=1)).date()), 9, 40)
        if when < self.now:
            reason = "Same name and date of birth; the officer confirmed it."
            self.book.add(PersonLink(person=low, other=high, reason=reason, linked_by=triager, linked_at=when))
            for case in (first, second):
                self.book.event(lifecycle.LINKED, when, triager, case=case, ids=[low.pk, high.pk])

    def saved_filter(self):
        triager = self.history.side.of(Role.TRIAGER)[0]
        query, saved_at = {"tab": "waiting", "age": "young"}, self.now - timedelta(days=30)
        self.book.add(SavedFilter(owner=triager, name="Young people", query=query, saved_at=saved_at))
