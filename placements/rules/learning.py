"""The rules of mentoring and of courses."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from audit.trail import Refusal
from placements.rules.hours import course_share
from placements.rules.words import clock, date_in_words, in_words, local


def until(starts_at: datetime, minutes: int) -> datetime:
    """When so many minutes are over, whatever the clock on the wall does meanwhile."""
    return starts_at.astimezone(UTC) + timedelta(minutes=minutes)


def check_mentoring(now: datetime, starts_at: datetime, minutes: int, took_place: bool, since: date | None) -> None:
    """Refuse a contact that has not been yet or was before the case was accepted (`since`); one that took place lasts
    from a minute to the longest, another no time at all."""
    longest = settings.SCHEME["LONGEST_MENTORING_MINUTES"]
    now = now.astimezone(UTC)
    if took_place and not 1 <= minutes <= longest:
        raise Refusal(
            f"Enter how long it took in minutes, from 1 to {longest}: you entered {minutes}.",
            "minutes",
        )
    if not took_place and minutes:
        raise Refusal(
            f"It did not take place, so it took no time: you entered {minutes} minutes. Leave the minutes out.",
            "minutes",
        )
    if starts_at.astimezone(UTC) > now:
        raise Refusal("Enter a time that is not in the future: it is recorded once it is over.", "on")
    ends_at = until(starts_at, minutes)
    if took_place and ends_at > now:
        raise Refusal(
            f"It would end at {clock(ends_at)}, which is still to come. Enter how long it took.",
            "minutes",
        )
    if since and local(starts_at).date() < since:
        raise Refusal(f"The case was accepted on {date_in_words(since)}. Enter a day from then on.", "on")


def check_learnt(today: date, on: date, minutes: int, enrolled_on: date) -> None:
    """Refuse a day that has not come or was before the enrolment, and more than the longest day."""
    longest = settings.SCHEME["LONGEST_SESSION_MINUTES"]
    if on > today:
        raise Refusal(f"{date_in_words(on)} has not come yet. Enter a day that is not in the future.", "on")
    if on < enrolled_on:
        raise Refusal(f"They were enrolled on {date_in_words(enrolled_on)}. Enter a day from then on.", "on")
    if not 1 <= minutes <= longest:
        raise Refusal(
            f"Enter how long they learnt that day, from 1 minute to {in_words(longest)}: you entered "
            f"{in_words(minutes)}.",
            "minutes",
        )


def check_result(today: date, on: date, enrolled_on: date, last_learnt_on: date | None) -> None:
    """Refuse a result of a day that has not come, before the enrolment, or before the last day learnt."""
    if on > today:
        raise Refusal(f"{date_in_words(on)} has not come yet. Enter a day that is not in the future.", "on")
    if on < enrolled_on:
        raise Refusal(f"They were enrolled on {date_in_words(enrolled_on)}. Enter a day from then on.", "on")
    if last_learnt_on and on < last_learnt_on:
        raise Refusal(
            f"They were on the course on {date_in_words(last_learnt_on)}, after the day that you entered. Enter the "
            "day of the result.",
            "on",
        )


def qualification_in_words(title: str, awarding_body: str, level: str) -> str:
    """ "Food hygiene, Level 2 (Highfield)"; what is not given is left out. `level`: its label."""
    return f"{title}{f', {level.lower()}' if level else ''}{f' ({awarding_body})' if awarding_body else ''}"


def share_in_words(required: int, credited: int, by_courses: int) -> str:
    """How much of an order courses count for at most, and how much of that is left."""
    if not required:
        return "No hours are asked of this person, so what they learn does not count towards any."
    said = (
        f"Courses, online or in a room, count for at most {settings.SCHEME['COURSE_SHARE_PERCENT']} % of the order: "
        f"{in_words(course_share(required, 0))} of {in_words(required)}."
    )
    share, left = course_share(required, by_courses), required - credited
    if not left:
        return f"{said} All hours are done, so nothing more counts."
    if not share:
        return f"{said} They count for {in_words(by_courses)} already, so nothing more of them counts."
    then = ", and then all hours are done" if left <= share else ""
    return f"{said} {in_words(min(share, left))} can still count{then}."


def counted_in_words(worth: int, credited: int, required: int, left: int) -> str:
    """What was recorded, what of it counts, and why not all of it. `left`: of the order, after it."""
    said = f"{in_words(worth)} recorded, {in_words(credited)} counted"
    if not required:
        return f"{in_words(worth)} recorded. No hours are asked of this person, so it counts towards none."
    if credited < worth:
        said += (
            f": courses count for at most {settings.SCHEME['COURSE_SHARE_PERCENT']} % "
            f"({in_words(course_share(required, 0))} of {in_words(required)})"
            if left
            else f": that was all that the order of {in_words(required)} had left"
        )
    return f"{said}." if left else f"{said}. All hours are done."
