"""How a person of a case may be reached, and what every message to them begins with. Touches no database: what is
asked for is given.

Only a contact that is marked as safe is used: somebody else may read the other one. Whoever asked for no messages, and
whoever has no safe contact, gets a letter, which somebody prints and hands over or posts.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from referrals.rules import ADULT, age_on
from referrals.time_limits import LONDON

EMAIL, SMS, LETTER = "email", "sms", "letter"
UNNAMED = "parent or carer"  # in the first line of what is for somebody of whom the case has no record
REMINDED_AT = time(10)  # on the clocks of Derbyshire, on the day before
MOBILE = re.compile(r"(?:\+44|0044|44|0)7\d{9}")


@dataclass(frozen=True)
class Addressee:
    """Who is written to. `for_child`: it is about a child, and this is not the child. `unnamed`: it is for the parent
    or carer, of whom the case has no record; `person` is then the child, and only a letter can be meant for another."""

    person: Any
    for_child: bool = False
    unnamed: bool = False


def addressee(participant, parent, day) -> Addressee:
    """The participant; for who is under 18 on the day of what it is about, the parent or carer. Somebody whose date of
    birth is not known is taken for a child."""
    born = participant.date_of_birth
    if born is not None and age_on(born, day) >= ADULT:
        return Addressee(participant)
    return Addressee(parent, for_child=True) if parent else Addressee(participant, for_child=True, unnamed=True)


def is_mobile(phone: str) -> bool:
    """Whether a text message can arrive there: a mobile number of the United Kingdom."""
    return bool(MOBILE.fullmatch(re.sub(r"[\s()\-.]", "", phone)))


def reach(person, channel: str, *, texts: bool, stopped: bool) -> str:
    """Where a message by this way goes, if it may: the safe email address or mobile number of somebody who did not ask
    for no messages (`stopped`); else nothing. `texts`: whether text messages can be sent at all."""
    if stopped:
        return ""
    if channel == EMAIL and person.email_is_safe:
        return person.email
    if channel == SMS and texts and person.phone_is_safe and is_mobile(person.phone):
        return person.phone
    return ""


def way(to: Addressee, *, texts: bool, stopped: bool, short: bool = False) -> str:
    """By which way this person is written to: by email, else by text message (what is `short`: the other way round),
    else by letter. `stopped`: they asked for no messages."""
    if not to.unnamed:
        for channel in (SMS, EMAIL) if short else (EMAIL, SMS):
            if reach(to.person, channel, texts=texts, stopped=stopped):
                return channel
    return LETTER


def greeting(to: Addressee, participant) -> tuple[str, str]:
    """The first line of a message, and the name of the child whom it is about; nothing where they are written to
    themselves."""
    child = participant.given_names if to.for_child else ""
    names = f"{UNNAMED} of {child}" if to.unnamed else to.person.given_names
    return f"Hello {names},", child


def tidy(text: str) -> str:
    """Paragraphs with one empty line between."""
    return "\n\n".join(block.strip("\n") for block in text.strip().split("\n\n") if block.strip())


# --- reminders ------------------------------------------------------------------------------------------------------


def reminds_since(now: datetime) -> datetime | None:
    """From when today people are reminded of tomorrow; None while it is too early."""
    here = now.astimezone(LONDON)
    since = datetime.combine(here.date(), REMINDED_AT, LONDON)
    return since if here >= since else None


def tomorrow(now: datetime) -> tuple[datetime, datetime]:
    """When tomorrow begins, and when it is over."""
    day = now.astimezone(LONDON).date() + timedelta(days=1)
    return datetime.combine(day, time.min, LONDON), datetime.combine(day + timedelta(days=1), time.min, LONDON)
