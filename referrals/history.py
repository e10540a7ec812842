"""Reads what else is known of the person of a case: the cases of their own record, of records linked with it, and of
those that may be theirs."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from referrals import words
from referrals.lifecycle import Status
from referrals.likeness import SHOWN, LookedFor, look_for, of_one_person, same_person
from referrals.models import Person, PersonLink, Referral

TOLD_OF = (Status.ACTIVE, Status.DECLINED)  # whose progress takes more than the case's own row


def is_linked():
    """Whether the participant's record is linked with another; for cases."""
    of_it = Q(person=OuterRef("participant")) | Q(other=OuterRef("participant"))
    return Exists(PersonLink.objects.filter(of_it, unlinked_at=None))


@dataclass
class History:
    """Other cases of the person as far as somebody may see them, the people who may be the same, and whether there is
    more that is not theirs to see."""

    cases: list = field(default_factory=list)
    alike: list = field(default_factory=list)
    unseen: bool = False


def looked_for(person) -> LookedFor:
    """The particulars by which a person on record is looked for elsewhere."""
    return LookedFor(person.given_names, person.family_name, person.date_of_birth, person.phone)


def history_of(case, user) -> History:
    """Every other case of this person, whichever record it stands on; each has `linked` (it is on another record) and
    `progress`. Of those that this user may not open, only that there are any."""
    submitted = Referral.objects.listed_to(user, "referrals.triage").exclude(pk=case.pk)
    found = of_one_person(submitted, case.participant_id).with_people().with_progress(TOLD_OF)
    rows = list(found.with_permissions_of(user).order_by("-submitted_at"))
    cases = [_told(row, case) for row in rows if not row.hidden]
    alike, unseen = _alike(case.participant, user)
    return History(cases, alike, unseen or len(cases) < len(rows))


def _told(row, case):
    row.linked, row.progress = row.participant_id != case.participant_id, words.progress(row)
    return row


def _alike(person, user):
    same = set(Person.objects.filter(pk__in=same_person(person.pk)).values_list("pk", flat=True))
    found = look_for(looked_for(person), by=user, apart_from=same)
    return with_cases(found.known, user), found.unseen


def with_cases(people, user) -> list:
    """People with `cases`: those of theirs that this user may open, the latest first, each with its `progress`. Who is
    in none as a participant is left out."""
    by_person: dict = {}
    if people:
        cases = Referral.objects.visible_to(user).filter(participant__in=[person.pk for person in people])
        for case in cases.with_people().with_progress(TOLD_OF).order_by("-submitted_at"):
            case.progress = words.progress(case)
            by_person.setdefault(case.participant_id, []).append(case)
    for person in people:
        person.cases = by_person.get(person.pk, [])[:SHOWN]
    return [person for person in people if person.cases]


def links_of(person, user) -> list:
    """The links in force between the records of this person, each with `between`: the two people, or None for one whom
    this user may not see."""
    same = same_person(person.pk)
    links = list(
        PersonLink.objects.filter(unlinked_at__isnull=True, person__in=same)
        .select_related("person", "other", "linked_by")
        .order_by("linked_at", "pk")
    )
    keys = {key for link in links for key in (link.person_id, link.other_id)}
    seen = set(Person.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    for link in links:
        link.between = [one if one.pk in seen else None for one in (link.person, link.other)]  # type: ignore[attr-defined]
    return links
