"""Rows of a file that may be here already: twice in the file, as a case, or as somebody on record."""

from dataclasses import dataclass

from django.db.models import Q

from audit.trail import record
from referrals import lifecycle
from referrals.importing.reading import Row
from referrals.models import Person, Referral


@dataclass(frozen=True)
class Match:
    """`again`: the same referral, it seems, so whoever imports says that they have looked. Else only the person may be
    on record: a new record is made, and the triage team links the two."""

    line: int
    column: str
    what: str
    again: bool


@dataclass(frozen=True)
class _Who:
    given_names: str
    family_name: str
    date_of_birth: str

    def is_like(self, other) -> bool:
        """Born on the same day, and one name the same."""
        return self.date_of_birth == other.date_of_birth and (
            self.given_names == other.given_names or self.family_name == other.family_name
        )


def _who(given_names, family_name, date_of_birth) -> _Who:
    return _Who(given_names.casefold(), family_name.casefold(), str(date_of_birth))


def _number(text) -> str:
    return "".join(text.split()).casefold()


def matches(rows: list[Row], bodies: list[dict], *, by) -> list[Match]:
    """What may be here already, in the order of the lines. However many rows, four queries; whose records were looked
    at goes to the trail."""
    people = [_who(**{name: body["participant"][name] for name in _Who.__dataclass_fields__}) for body in bodies]
    numbers = [_number(row.texts.get("incident_number", "")) for row in rows]
    found: list[Match] = []
    first: dict[tuple, int] = {}
    for row, who, number in zip(rows, people, numbers, strict=True):
        if number and (line := first.setdefault((who, number), row.line)) != row.line:
            found.append(
                Match(row.line, "incident_number", f"The same incident number and person as line {line}.", True)
            )
    known = _known(set(people), by)
    for row, who, number in zip(rows, people, numbers, strict=True):
        alike = [(other, cases) for other, cases in known if who.is_like(other)]
        if not alike:
            continue
        same = [case for other, cases in alike if other == who for case in cases if number == case[1] != ""]
        if same:
            reference = same[0][0]
            what = (
                f"{reference} is a referral of this person for this incident."
                if reference
                else ("There is a referral of this person for this incident already. Ask the triage team.")
            )
            found.append(Match(row.line, "incident_number", what, True))
        else:
            found.append(Match(row.line, "family_name", "May already be on record.", False))
    return sorted(found, key=lambda match: match.line)


def _known(people, by) -> list[tuple[_Who, list[tuple[str, str]]]]:
    """People of the force who were referred, or stand in a case that this person sees, and are like one of these; with
    each (reference if they may know it, incident number) of their cases."""
    like = Q(pk__in=[])
    for who in people:
        names = Q(family_name__iexact=who.family_name) | Q(given_names__iexact=who.given_names)
        like |= Q(date_of_birth=who.date_of_birth) & names
    born = {who.date_of_birth for who in people}
    alike = Person.objects.of_force(by.organisation_id).filter(like, date_of_birth__in=born).in_bulk()
    cases = Referral.objects.filter(participant__in=list(alike)).values_list(
        "pk", "reference", "incident_number", "participant", "submitted_at"
    )
    cases = list(cases)
    seen = set(Referral.objects.visible_to(by).filter(pk__in=[case[0] for case in cases]).values_list("pk", flat=True))
    if seen:
        record(lifecycle.SEARCHED, by=by, ids=sorted({case[3] for case in cases if case[0] in seen}))
    known = []
    for pk, person in alike.items():
        theirs = [
            (reference if case in seen else "", _number(number))
            for case, reference, number, participant, submitted_at in cases
            if participant == pk and (case in seen or submitted_at)
        ]
        if theirs:
            known.append((_who(person.given_names, person.family_name, person.date_of_birth), theirs))
    return known
