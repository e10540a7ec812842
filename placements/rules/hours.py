"""The credit of a session and changes of an order: probation's community-payback rules (docs/scheme.md, Hours)."""

from datetime import UTC, date, datetime

from django.conf import settings

from audit.trail import Refusal
from placements.rules.words import clock, day_in_words, in_words, local


def elapsed_minutes(start: datetime, end: datetime) -> int:
    """Whole minutes that really went by. (Subtracting two local times would count the wall clock, which jumps by an
    hour in the nights when the clocks change.)"""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)


def credited_minutes(
    start: datetime, end: datetime, break_minutes: int = 0, penalty_minutes: int = 0, attended: bool = True
) -> int:
    """(end − start) − break − penalty for an attended session, 0 for any other.

    Refused: an end that is not after the start, a session longer than the scheme allows, a break longer than the
    session, and a penalty above what the break leaves; so the credit is never negative.
    """
    check_times(start, end)
    elapsed = elapsed_minutes(start, end)
    if break_minutes < 0:
        raise Refusal(f"The break must be 0 minutes or more, not {break_minutes}.", "break_minutes")
    if penalty_minutes < 0:
        raise Refusal(f"The penalty must be 0 minutes or more, not {penalty_minutes}.", "penalty_minutes")
    if break_minutes > elapsed:
        raise Refusal(
            f"The break of {in_words(break_minutes)} is longer than the session, {in_words(elapsed)}.", "break_minutes"
        )
    rest = elapsed - break_minutes
    if penalty_minutes > rest:
        raise Refusal(
            f"The penalty of {in_words(penalty_minutes)} is above the {in_words(rest)} that were worked.",
            "penalty_minutes",
        )
    return rest - penalty_minutes if attended else 0


def check_times(start: datetime, end: datetime) -> None:
    """Refuses an end that is not after the start, and a session longer than the scheme allows."""
    if end.astimezone(UTC) <= start.astimezone(UTC):
        raise Refusal(f"The end, {clock(end)}, must be after the start, {clock(start)}.", "ends_at")
    longest = settings.SCHEME["LONGEST_SESSION_MINUTES"]
    if elapsed_minutes(start, end) > longest:
        raise Refusal(
            f"A session is at most {in_words(longest)}, and this one would be "
            f"{in_words(elapsed_minutes(start, end))}. Check the times.",
            "ends_at",
        )


def check_outcome(now: datetime, start: datetime, end: datetime, attended: bool, enforceable: bool) -> None:
    """Nothing is future-dated: an attended outcome waits for the end of the session, an unacceptable absence for its
    start. Only an acceptable absence may be recorded in advance."""
    when = f"{day_in_words(local(start).date())}, {clock(start)} to {clock(end)}"
    if attended and end > now:
        raise Refusal(
            f"The session of {when} is not over yet. Until then only an acceptable absence can be recorded.", "outcome"
        )
    if enforceable and not attended and start > now:
        raise Refusal(
            f"The session of {when} has not begun yet. Until then only an acceptable absence can be recorded.",
            "outcome",
        )


def is_late(session_day: date, today: date) -> bool:
    """Whether recording today is later than the scheme allows without a reason."""
    return (today - session_day).days > settings.SCHEME["LATE_RECORDING_DAYS"]


def check_late_reason(session_day: date, today: date, reason: str) -> None:
    """Recording a session later than the scheme's limit needs a reason."""
    if is_late(session_day, today) and not reason.strip():
        raise Refusal(
            f"Enter why this is recorded late: the session was {(today - session_day).days} days ago, and "
            f"{settings.SCHEME['LATE_RECORDING_DAYS']} days are allowed.",
            "late_reason",
        )


def credit_within(minutes: int, required: int, credited: int, *, record_beyond: bool = False) -> int:
    """What of a session's minutes may be credited: all of them, or, where more was worked than the order has left,
    what is left, if the person who records it says so (`record_beyond`). Otherwise refused, quoting both numbers."""
    left = required - credited
    if minutes > left and not record_beyond:
        raise Refusal(
            f"This would credit {in_words(credited + minutes)}, but the order is {in_words(required)}. Credited so "
            f"far: {in_words(credited)}; left: {in_words(left)}. The work can be recorded all the same, with "
            f"{f'only {in_words(left)}' if left else 'nothing'} credited.",
            "record_beyond",
        )
    return min(minutes, left)


def parts(elapsed: int, break_minutes: int, penalty_minutes: int, credited: int) -> dict[str, int]:
    """Account of the ledger → minutes, of an attended session: what was credited, and what was not and why. Together
    they are the minutes that went by."""
    beyond = elapsed - break_minutes - penalty_minutes - credited
    return {"work": credited, "break": break_minutes, "penalty": penalty_minutes, "beyond": beyond}


def course_share(required: int, by_courses: int) -> int:
    """The minutes for which courses may still count: their share of the order, less those for which they count already.
    A part of a minute is dropped; where the order was shortened since, it is nothing, never less."""
    return max(0, required * settings.SCHEME["COURSE_SHARE_PERCENT"] // 100 - by_courses)


def course_credit(minutes: int, required: int, credited: int, by_courses: int) -> int:
    """What of a course's minutes counts towards the order: all of them, within what is left of the order and of the
    share that courses may have of it."""
    return min(minutes, required - credited, course_share(required, by_courses))


def check_order(minutes: int, *, required: int, credited: int) -> None:
    """The police may set an order of so many minutes. Refused: what it is already, less than is credited (that stays),
    and more than the longest order."""
    most = settings.SCHEME["MOST_MINUTES"]
    if minutes < 0:
        raise Refusal("The order must be 0 hours or more.", "hours")
    if minutes == required:
        raise Refusal(f"The order is {in_words(required)} already. Enter what it is from now on.", "hours")
    if minutes < credited:
        raise Refusal(
            f"This would make an order of {in_words(minutes)}, but {in_words(credited)} are already credited, and what "
            f"is credited stays. Enter {in_words(credited)} or more.",
            "hours",
        )
    if minutes > most:
        raise Refusal(f"This would make an order of {in_words(minutes)}. The most is {in_words(most)}.", "hours")


def check_adjustment(minutes: int, *, label: str, cap: int | None, already: int, required: int, credited: int) -> None:
    """An adjustment of so many minutes to the order; negative takes off. `already`: the sum of the case's adjustments
    for the same reason, which may not go beyond the reason's cap in either direction. Refused as well: nothing, below
    what is already credited, and above the longest order."""
    if minutes == 0:
        raise Refusal("Enter how many minutes to add or take off.", "minutes")
    if cap is not None and abs(already + minutes) > cap:
        raise Refusal(
            f"{label}: at most {cap} minutes a case. {abs(already)} minutes are adjusted already, so this would make "
            f"{abs(already + minutes)}.",
            "minutes",
        )
    if required + minutes < credited:
        raise Refusal(
            f"This would leave an order of {in_words(required + minutes)}, but {in_words(credited)} are already "
            f"credited: take off at most {in_words(required - credited)}.",
            "minutes",
        )
    most = settings.SCHEME["MOST_MINUTES"]
    if required + minutes > most:
        raise Refusal(
            f"This would make an order of {in_words(required + minutes)}. The most is {in_words(most)}.", "minutes"
        )
