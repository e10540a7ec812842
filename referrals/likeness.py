"""Who may be the same person: which records resemble a name, a birthday or a phone number, how much, and in what."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Upper

FIRST = 100  # the most alike, among which those that somebody may see are looked for
SHOWN = 10
# Trigram similarity of last names that a person would call alike; of first names it is the index's own 0.3.
SPELT_ALIKE = 0.4
SHORTEST_PHONE = 7  # digits

# Every record that is linked with one, directly or through others. Ten links in a row are more than anybody has made.
SAME_PEOPLE = """
    WITH RECURSIVE same (id, steps) AS (
        SELECT unnest(%s::uuid[]), 0
        UNION
        SELECT CASE WHEN link.person_id = same.id THEN link.other_id ELSE link.person_id END, steps + 1
        FROM same JOIN referrals_personlink link
            ON (link.person_id = same.id OR link.other_id = same.id) AND link.unlinked_at IS NULL
        WHERE steps < 10
    )
    SELECT DISTINCT id FROM same
"""


def same_person(pk):
    """The keys of the records of one person: this one and all that are linked with it; for `…__in`."""
    return RawSQL(f"({SAME_PEOPLE})", [[pk]])  # noqa: S611 – no text of anybody's in it


def same_people(people) -> set:
    """The keys of all records of these people (their keys): theirs, and all that are linked with one of them."""
    people = list(people)
    if not people:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(SAME_PEOPLE, [people])
        return {pk for (pk,) in cursor}


def sound_of(name) -> Func:
    """How a name sounds (double metaphone): Smith and Smyth sound alike. Needs the extension fuzzystrmatch."""
    return Func(name, function="dmetaphone", output_field=models.TextField())


def digits_of(phone) -> Func:
    """The digits of a telephone number, however it was typed."""
    return Func(phone, Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=models.TextField())


def numbers_like(phone: str) -> list[str]:
    """The digits by which a telephone number may be on record: with the code of the country or without."""
    digits = re.sub(r"\D", "", phone).removeprefix("00")
    if len(digits) < SHORTEST_PHONE:
        return []
    national = f"0{digits[2:]}" if digits.startswith("44") else digits
    return [national, f"44{national[1:]}", f"0044{national[1:]}"] if national.startswith("0") else [national]


def like(people, given_names="", family_name="", date_of_birth=None, phone=""):
    """Of these people, those of nearly this name (spelt alike, also the wrong way round, or sounding alike), and those
    of the same date of birth or phone number with either name alike (families share a phone) or, of a phone number
    alone, whoever has it; the most alike first.

    Each arm of the condition is one that an index answers; the figures of likeness are worked out for what it finds."""
    family, given = family_name.upper(), given_names.upper()
    columns = {"family": Upper("family_name"), "given": Upper("given_names"), "sound": sound_of("family_name")}
    found = Q(pk__in=[])
    sounds = Q(sound=sound_of(Value(family))) & ~Q(sound="")
    if family and given:
        found |= Q(family__trigram_similar=family, given__trigram_similar=given)
        found |= Q(family__trigram_similar=given, given__trigram_similar=family)
        found |= sounds & Q(given__trigram_similar=given)
    one_alike = sounds
    for name in filter(None, (family, given)):
        one_alike |= Q(family__trigram_similar=name) | Q(given__trigram_similar=name)
    if date_of_birth:
        found |= Q(date_of_birth=date_of_birth) & one_alike
        one_alike |= Q(date_of_birth=date_of_birth)
    numbers = numbers_like(phone)
    same_phone = ~Q(phone="") & Q(number__in=numbers) if numbers else Q(pk__in=[])
    found |= (same_phone & one_alike) if family or given else same_phone
    straight, crossed_over = TrigramSimilarity(F("family"), family), TrigramSimilarity(F("given"), family)
    given_straight, given_crossed = TrigramSimilarity(F("given"), given), TrigramSimilarity(F("family"), given)
    return (
        people.alias(**columns, number=digits_of("phone"), crossed_over=crossed_over)
        .filter(found)
        .annotate(
            straight=straight,
            alike=Greatest(straight, crossed_over),
            given_alike=Greatest(given_straight, given_crossed),
            same_birth=_whether(Q(date_of_birth=date_of_birth) if date_of_birth else Q(pk__in=[])),
            same_phone=_whether(same_phone),
            sounds_alike=_whether(sounds),
        )
        .filter(
            Q(sounds_alike=True)
            | Q(same_birth=True)
            | Q(same_phone=True)
            | Q(straight__gte=SPELT_ALIKE)
            | Q(crossed_over__gte=SPELT_ALIKE)
        )
        .annotate(
            likeness=F("alike")
            + F("given_alike")
            + _points("same_birth", 1.0)
            + _points("same_phone", 1.0)
            + _points("sounds_alike", 0.5)
        )
        .order_by("-likeness", "pk")
    )


def _whether(condition):
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=models.BooleanField())


def _points(name, points):
    return Case(When(**{name: True}, then=Value(points)), default=Value(0.0), output_field=models.FloatField())


@dataclass(frozen=True)
class LookedFor:
    """What is known of somebody who is looked for."""

    given_names: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    phone: str = ""


@dataclass
class Found:
    """The people found whom somebody may see, each with `why`, and whether there are others, whom they may not."""

    known: list = field(default_factory=list)
    unseen: bool = False


def look_for(wanted: LookedFor, *, by, apart_from=()) -> Found:
    """The records of this user's force that may be of this person. Of those whom they may not see, because the case is
    another officer's, or restricted, no more than that there are any."""
    from referrals.models import Person

    alike = like(Person.objects.of_force(by.organisation_id).exclude(pk__in=apart_from), **vars(wanted))
    keys = list(alike.values_list("pk", flat=True)[:FIRST])  # keys first: what each is alike in, of the few shown only
    seen = set(Person.objects.visible_to(by).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    shown = [pk for pk in keys if pk in seen][:SHOWN]
    known = list(alike.filter(pk__in=shown)) if shown else []
    for person in known:
        person.why = why_alike(person, wanted)
    hidden = [pk for pk in keys if pk not in seen]
    return Found(known, bool(hidden) and Person.objects.filter(pk__in=hidden).on_record().exists())


def why_alike(person, wanted: LookedFor) -> list[str]:
    """In what a record found by like() resembles the person who is looked for."""
    why = []
    if person.same_phone:
        why.append("Same phone number")
    if person.same_birth:
        why.append("Same date of birth")
    names = (person.given_names.upper(), person.family_name.upper())
    asked = (wanted.given_names.upper(), wanted.family_name.upper())
    if names == asked:
        why.append("Same name")
    elif person.alike > person.straight and person.alike >= SPELT_ALIKE:
        why.append("First and last name the other way round")
    elif names[1] == asked[1]:
        why.append("Same last name")
    else:
        why += ["Name spelt nearly the same"] if person.straight >= SPELT_ALIKE else []
        why += ["Last name sounds alike"] if person.sounds_alike else []
    return why


def of_one_person(cases, person_pk):
    """Of these cases, those of this person and of all records linked with theirs."""
    return cases.filter(participant__in=same_person(person_pk))
