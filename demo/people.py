"""Invented people and incidents, in plausible proportions."""

from datetime import date, timedelta
from random import Random

from demo.book import uuid_from
from demo.cast import NAMES
from demo.clock import at
from demo.names import (
    COMMUNITIES,
    DISTRICTS,
    FAMILY,
    GIVEN_FEMALE,
    GIVEN_MALE,
    GIVEN_OLDER,
    SHOPS,
    STREETS,
)
from referrals.models import Person
from referrals.time_limits import add_months

ETHNICITIES = {
    "W1": 720, "W2": 6, "W3": 12, "W9": 48, "M1": 16, "M2": 6, "M3": 10, "M9": 8, "A1": 22, "A2": 30, "A3": 6, "A4": 3,
    "A9": 10, "B1": 14, "B2": 16, "B9": 6, "O2": 5, "O9": 8, "NS": 54,
}  # fmt: skip
ADULT_OFFENCES = {
    "asb_personal": 8, "asb_nuisance": 16, "asb_environmental": 7, "harassment": 7, "public_order": 17,
    "drunk_disorderly": 12, "shop_theft": 16, "cannabis": 7, "criminal_damage": 10,
}  # fmt: skip
YOUNG_OFFENCES = {
    "asb_personal": 12, "asb_nuisance": 24, "asb_environmental": 8, "harassment": 4, "public_order": 12,
    "shop_theft": 14, "cannabis": 6, "criminal_damage": 20,
}  # fmt: skip
ADULT_DISPOSALS = {
    True: {"community_resolution": 48, "outcome_22": 24, "conditional_caution": 20, "deferred_prosecution": 5},
    False: {"non_crime_asb": 50, "abc": 25, "cpw_cpn": 25},
}  # fmt: skip
YOUNG_DISPOSALS = {
    True: {"community_resolution": 52, "outcome_22": 26, "youth_conditional_caution": 13, "youth_caution": 9},
    False: {"non_crime_asb": 55, "abc": 45},
}
NEEDS_ADMISSION = {"community_resolution", "conditional_caution", "youth_caution", "youth_conditional_caution"}
NON_CRIMES = {"asb_personal", "asb_nuisance", "asb_environmental"}
QUALIFIERS = {
    "asb_personal": "personal", "harassment": "personal", "asb_environmental": "environmental",
    "criminal_damage": "environmental",
}  # fmt: skip

ALWAYS_HARM_SOMEBODY = {"asb_personal", "harassment", "shop_theft", "criminal_damage"}

CIRCUMSTANCES = {
    "asb_personal": "Shouted insults at a neighbour and blocked their path on {street}, as on two evenings before.",
    "asb_nuisance": "Loud music and shouting on {street} late at night; neighbours called three times that week.",
    "asb_environmental": "Left bags of rubbish and broken glass beside the play area at {street}.",
    "harassment": "Sent unwanted messages and waited outside the home of somebody they know on {street}.",
    "public_order": "Swore at passers-by and kicked over bins on {street}; calmed down when officers arrived.",
    "drunk_disorderly": "Drunk on {street} at closing time, shouting and unsteady; taken home.",
    "shop_theft": "Took goods worth under £50 from a shop on {street}; stopped at the door, goods recovered.",
    "cannabis": "Found with a small amount of cannabis for own use during a stop on {street}.",
    "criminal_damage": "Sprayed paint on a wall and scratched a bench on {street}; admits it.",
}
VIEWS = (
    "Would like the damage put right and an apology.", "Wants it to stop; does not want court.",
    "Would like them to understand how frightening it was.", "Content with community work nearby.",
    "Would consider meeting them if it is well prepared.",
)  # fmt: skip
NEEDS = (
    "Dyslexia: read forms aloud.", "ADHD: short tasks, one instruction at a time.", "Anxiety in large groups.",
    "Hearing aid in the left ear; face them when speaking.", "Asthma: inhaler with them at all times.",
    "Autism: tell them beforehand what will happen and who will be there.",
)  # fmt: skip
RISKS = (
    "",
    "",
    "",
    "Dog at the address.",
    "May be verbally abusive when anxious.",
    "Do not send a lone worker at night.",
)
RATIONALES = (
    "First time, admits it, wants to put it right.", "Low-level and local; the neighbours would see the work done.",
    "Had one warning before; a workshop is more likely to help than a fine.", "Young, supported at home, sorry.",
)  # fmt: skip


def pick(rng: Random, weights: dict):
    return rng.choices(list(weights), list(weights.values()))[0]


def district(rng: Random) -> str:
    return pick(rng, {code: weight for code, (weight, _towns) in DISTRICTS.items()})


def address(rng: Random, code: str) -> tuple[str, str, str]:
    """(house and street and town, street, town)"""
    street, town = rng.choice(STREETS), rng.choice(DISTRICTS[code][1])
    return f"{rng.randint(1, 96)} {street}, {town}", street, town


def phone(rng: Random) -> str:
    return f"07700 900{rng.randrange(1000):03}"  # the numbers that are never given to anybody


def born(rng: Random, young: bool, day: date) -> date:
    """A date of birth: 12 to 17, or 18 to 64 with most under 35, and so for three months before and after the day."""
    age = rng.randint(12, 17) if young else min(int(18 + rng.expovariate(1 / 11)), 64)
    birthday_was = day - timedelta(days=rng.randint(100, 260))
    return add_months(birthday_was, -12 * age)


def participant(rng: Random, force, young: bool, day: date, code: str) -> Person:
    sex = rng.choices(["male", "female", "not_stated"], [70, 29, 1])[0]
    given = rng.choice(GIVEN_FEMALE if sex == "female" else GIVEN_MALE)
    family = rng.choice([family for family in FAMILY if f"{given} {family}" not in NAMES])
    disability = rng.choices(["no", "yes", "not_stated"], [70, 17, 13])[0]
    number = phone(rng)
    has_email = rng.random() < 0.6
    return Person(
        id=uuid_from(rng),
        force=force,
        given_names=given,
        family_name=family,
        date_of_birth=born(rng, young, day),
        sex=sex,
        ethnicity_id=pick(rng, ETHNICITIES),
        disability=disability,
        needs=rng.choice(NEEDS) if disability == "yes" or rng.random() < 0.08 else "",
        language="English" if rng.random() < 0.95 else rng.choice(["Polish", "Romanian", "Urdu", "Slovak"]),
        phone=number,
        phone_is_safe=rng.random() < 0.9,
        email=f"{given}.{family}{rng.randrange(100)}@mail.example".lower() if has_email else "",
        email_is_safe=has_email and rng.random() < 0.9,
        address=address(rng, code)[0],
        district_id=code,
        school=f"{rng.choice(FAMILY)} Academy" if young else "",
    )


def parent(rng: Random, child: Person) -> Person:
    sex = rng.choice(["female", "female", "male"])
    return Person(
        id=uuid_from(rng),
        force=child.force,
        given_names=rng.choice(GIVEN_OLDER),
        family_name=child.family_name,
        sex=sex,
        phone=phone(rng),
        phone_is_safe=True,
        address=child.address,
        district_id=child.district_id,
    )


def victim(rng: Random, force, offence: str, street: str, town: str) -> dict | None:
    """The fields of a victim that fits the offence, with a new Person where a person was harmed; None: nobody."""
    kinds = {
        "shop_theft": ["business"],
        "criminal_damage": ["person", "business", "community"],
        "asb_personal": ["person"],
        "harassment": ["person"],
        "asb_nuisance": ["person", "community", ""],
        "asb_environmental": ["community"],
        "public_order": ["person", ""],
    }.get(offence, [""])
    kind = rng.choice(kinds)
    if not kind:
        return None
    fields = {"id": uuid_from(rng), "kind": kind, "view": rng.choice(VIEWS), "enhanced_rights": False}
    if kind == "business":
        fields["organisation_name"] = f"{rng.choice(SHOPS)}, {town}"
    elif kind == "community":
        fields["organisation_name"] = rng.choice(COMMUNITIES).format(street=street, town=town)
    else:
        fields["person"] = Person(
            id=uuid_from(rng),
            force=force,
            given_names=rng.choice(GIVEN_OLDER),
            family_name=rng.choice(FAMILY),
            phone=phone(rng),
            phone_is_safe=True,
        )
        fields["enhanced_rights"] = rng.random() < 0.2
        fields["safe_contact"] = rng.choice(["Mobile, after 17:00", "Email only", "Mobile, any time"])
    return fields


def incident(rng: Random, young: bool, day: date, code: str) -> dict:
    """The fields of a referral that say what happened and how the police dealt with it, disposed of on the day."""
    offence = pick(rng, YOUNG_OFFENCES if young else ADULT_OFFENCES)
    is_crime = offence not in NON_CRIMES
    disposal = pick(rng, (YOUNG_DISPOSALS if young else ADULT_DISPOSALS)[is_crime])
    _, street, town = address(rng, code)
    offence_day = day - timedelta(days=rng.randint(0, 16))
    admitted = disposal in NEEDS_ADMISSION or rng.random() < 0.6
    return {
        "incident_number": f"{day:%y}{rng.randrange(10**6):06}",
        "crime_number": f"{day:%y}*{rng.randrange(10**6):06}" if is_crime else "",
        "offence_id": offence,
        "asb_qualifier": QUALIFIERS.get(offence, "nuisance"),
        "offence_at": at(offence_day, rng.choice([1, 11, 14, 16, 18, 20, 22]), rng.randrange(60)),
        "place": f"{street}, {town}",
        "district_id": code,
        "circumstances": CIRCUMSTANCES[offence].format(street=street),
        "risks": rng.choice(RISKS),
        "risks_considered": True,
        "disposal_id": disposal,
        "sufficient_evidence": is_crime,
        "responsibility": "accepted" if admitted else "not_required",
        "gravity_score": rng.choices([1, 2, 3], [2, 7, 2])[0] if young else None,
        "rationale": rng.choice(RATIONALES),
    }
