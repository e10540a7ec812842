"""What a report shows, in order: the one reading of its content that page, PDF and CSV share.

Cells hold values, not text: whole numbers, decimals, words, or None where there is nothing to say. shown() writes them.
"""

from dataclasses import dataclass

from reporting.charts import Chart
from reporting.periods import Period
from reporting.reports import Content

Cell = str | int | float | None


@dataclass(frozen=True)
class Fact:
    """One figure on its own: the number with its unit, what it is, and a note."""

    label: str
    value: Cell
    note: str = ""
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{shown(self.value)}{self.unit if self.value is not None else ''}"


@dataclass(frozen=True)
class Table:
    """The first column heads the rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        """The rows as people read them: the head of each, and its cells."""
        return [(shown(row[0]), [shown(cell) for cell in row[1:]]) for row in self.rows]


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    definition: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


def shown(value: Cell) -> str:
    """1,204 · 2.5 · words · a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else value


def hours(minutes: int) -> int:
    """Minutes in whole hours, halves rounded up."""
    return (2 * minutes + 60) // 120


def sections(content: Content) -> list[Section]:
    """The report from its first section to its last."""
    return [section for make in SECTIONS if (section := make(content)) is not None]


def headlines(content: Content) -> list[Fact]:
    """The figures that stand at the top."""
    now, follow_up = content.now, content.further_offences.windows[0]
    worked = hours(now.work_minutes)
    return [
        Fact("Participants", now.participants.all, _participants_note(now.participants)),
        Fact("Workshops delivered", now.programmes, "programmes with at least one person"),
        Fact(
            "Community work",
            worked,
            f"by {_people(now.placements.people)}",
            unit=" hour" if worked == 1 else " hours",
        ),
        Fact("Placements", now.placements.sites, "sites where people worked"),
        Fact("Restorative justice", now.facilitated, "processes facilitated"),
        Fact(
            f"No further recorded offence within {follow_up.months} months",
            follow_up.no_further_offence.percent,
            f"of {_people(follow_up.no_further_offence.base)} who completed and were checked",
            unit="%",
        ),
    ]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _participants_note(participants) -> str:
    young, unknown = participants.young_people, participants.age_not_known
    note = f"{shown(participants.adults)} adult{'' if participants.adults == 1 else 's'}, "
    note += f"{shown(young)} young {'person' if young == 1 else 'people'}"
    return f"{note}, {shown(unknown)} of unknown age" if unknown else note


def comparison(content: Content) -> Table:
    """The headline figures beside the period before and the same period a year before."""
    columns = (content.now, content.previous, content.year_before)
    rows: tuple = (
        ("Referrals submitted", lambda h: h.submitted),
        ("Participants: adults", lambda h: h.participants.adults),
        ("Participants: young people", lambda h: h.participants.young_people),
        ("Workshops delivered", lambda h: h.programmes),
        ("Placements (sites)", lambda h: h.placements.sites),
        ("Community work, hours", lambda h: hours(h.work_minutes)),
        ("Restorative justice facilitated", lambda h: h.facilitated),
        ("Cases completed, % of accepted cases closed", lambda h: h.completed.percent),
    )
    if content.now.learning:
        rows += (
            ("Mentoring contacts", lambda h: h.learning.mentoring.contacts),
            ("People who were mentored", lambda h: h.learning.mentoring.people),
            ("Enrolments on courses", lambda h: h.learning.courses.enrolments),
            ("Courses passed", lambda h: h.learning.courses.passed),
            ("Course hours credited", lambda h: hours(h.learning.courses.minutes_credited)),
            ("Qualifications gained", lambda h: h.learning.qualifications.gained),
        )
    return Table(
        "This period beside earlier ones",
        ("Figure", *(headline.period.name for headline in columns)),
        tuple((label, *(of(headline) for headline in columns)) for label, of in rows),
    )


def _participants(content):
    quarters = content.quarters
    chart = Chart(
        "chart-participants",
        "Participants by quarter",
        "Quarter",
        tuple(_quarter(quarter.period) for quarter in quarters),
        (
            ("Adults", tuple(q.participants.adults + q.participants.age_not_known for q in quarters)),
            ("Young people", tuple(q.participants.young_people for q in quarters)),
        ),
        note=_star_note(content.period),
    )
    people = content.now.participants
    facts = [Fact("Adults", people.adults), Fact("Young people", people.young_people)]
    if people.age_not_known:
        facts.append(Fact("Date of birth not known", people.age_not_known, "shown with the adults in the chart"))
    return Section(
        "participants",
        "Participants",
        content.definitions["participants"],
        tuple(facts),
        (_chart_table(chart, "Participants by quarter"),),
        (chart,),
    )


def _quarter(period: Period) -> str:
    """ "Q1 24-25", and a star where the quarter is not over at the end of the report's period."""
    whole = Period.quarter_of(period.start_on)
    _, number, years = whole.name.split()
    return f"Q{number} {years[2:]}{'' if whole == period else '*'}"


def _programmes(content):
    facts = (Fact("Workshops delivered", content.now.programmes),)
    return Section("programmes", "Programmes", content.definitions["programmes"], facts)


def _placements(content):
    placements = content.now.placements
    facts = (Fact("Sites where people worked", placements.sites), Fact("People who worked", placements.people))
    return Section("placements", "Placements", content.definitions["placements"], facts)


def _work(content):
    chart = Chart(
        "chart-work",
        "Hours of community work by month",
        "Month",
        tuple(_month(month.period, long=len(content.months) > 12) for month in content.months),
        (("Hours", tuple(round(month.minutes / 60, 1) for month in content.months)),),
        note="* Only the days of the period." if any(not month.period.whole_months for month in content.months) else "",
    )
    return Section(
        "work",
        "Community work",
        content.definitions["work_minutes"],
        (Fact("Hours credited", hours(content.now.work_minutes)),),
        (_chart_table(chart, "Hours of community work by month"),),
        (chart,),
    )


def _star_note(period: Period) -> str:
    quarter = Period.quarter_of(period.end_on)
    return "" if quarter.end_on == period.end_on else f"* Up to {period.end_on:%-d %B %Y}; the quarter goes on."


def _month(period: Period, *, long: bool) -> str:
    return f"{period.start_on:%b}{f' {period.start_on:%y}' if long else ''}{'' if period.whole_months else '*'}"


def _chart_table(chart: Chart, caption: str) -> Table:
    rows = zip(chart.categories, *(values for _, values in chart.series), strict=True)
    return Table(caption, (chart.category, *(name for name, _ in chart.series)), tuple(rows))


def _mentoring(content):
    if content.now.learning is None:
        return None
    found = content.now.learning.mentoring
    facts = (
        Fact("Mentoring contacts", found.contacts, f"with {_people(found.people)}"),
        Fact("Hours of mentoring", hours(found.minutes)),
        Fact("Nobody came or answered", found.did_not_come),
    )
    return Section("mentoring", "Mentoring", content.definitions["mentoring"], facts)


def _courses(content):
    if content.now.learning is None:
        return None
    found = content.now.learning.courses
    facts = (
        Fact("Enrolments", found.enrolments, f"of {_people(found.people)}; {shown(found.left)} left since"),
        Fact("Course hours credited", hours(found.minutes_credited), "apart from the hours of community work"),
    )
    rows = (("Passed", found.passed), ("Attended, without a test", found.attended), ("Not passed", found.not_passed))
    table = Table("Results of courses", ("Result", "Number"), rows)
    return Section("courses", "Courses", content.definitions["courses"], facts, (table,))


def _qualifications(content):
    if content.now.learning is None:
        return None
    found = content.now.learning.qualifications
    facts = (Fact("Qualifications gained", found.gained, f"by {_people(found.people)}"),)
    tables = (
        _counts("Qualifications by level", ("Level", "Gained"), found.by_level),
        _counts("Qualifications by awarding body", ("Awarding body", "Gained"), found.by_awarding_body),
        _counts("Qualifications by name", ("Qualification", "Gained"), found.by_name),
    )
    return Section("qualifications", "Qualifications", content.definitions["qualifications"], facts, tables)


def _restorative(content):
    rj = content.restorative_justice
    facts = (
        Fact("Facilitated", rj.facilitated, f"{shown(rj.direct)} direct, {shown(rj.facilitated - rj.direct)} indirect"),
        Fact("Victims satisfied", rj.satisfied_victims.percent, f"of {rj.satisfied_victims.base} who said", unit="%"),
    )
    rows = (
        ("Offered to a victim", rj.offered),
        ("The victim accepted", rj.accepted),
        ("The victim declined", rj.declined),
        ("No answer from the victim", rj.no_answer),
        ("Facilitated", rj.facilitated),
        ("Facilitated directly", rj.direct),
        ("Facilitated indirectly", rj.facilitated - rj.direct),
        ("Victims who said whether they were satisfied", rj.satisfied_victims.base),
        ("Victims who were satisfied", rj.satisfied_victims.part),
    )
    table = Table("Restorative justice in the period", ("Step", "Processes"), rows)
    return Section("restorative", "Restorative justice", content.definitions["restorative_justice"], facts, (table,))


def _feedback(content):
    responses = content.feedback.responses
    rows = tuple(
        (one.statement, one.agree.percent, one.agree.part, one.agree.base) for one in content.feedback.statements
    )
    facts = (
        Fact("Responses", responses.part, f"to {shown(responses.base)} attendances"),
        Fact("Response rate", responses.percent, unit="%"),
    )
    table = Table("What participants said of the workshop", ("Statement", "Agree, %", "Agreed", "Answered"), rows)
    return Section("feedback", "Feedback", content.definitions["feedback"], facts, (table,))


def _further_offences(content):
    found = content.further_offences
    rows = []
    for window in found.windows:
        share = window.no_further_offence
        low, high = share.interval or (None, None)
        rows.append(
            (
                f"{window.months} months",
                share.percent,
                low,
                high,
                share.part,
                share.base,
                window.unchecked,
                window.not_yet_due,
            )
        )
    columns = (
        "Within",
        "No further recorded offence, %",
        "Range from, %",
        "Range to, %",
        "With none",
        "Checked",
        "Not checked",
        "Not yet due",
    )
    table = Table("Further recorded offences after completing", columns, tuple(rows))
    facts = (Fact("People who completed", found.people),)
    return Section("further-offences", "Further offences", content.definitions["further_offences"], facts, (table,))


def _referrals(content):
    referrals = content.referrals
    facts = (
        Fact("Submitted", referrals.submitted),
        Fact("Accepted", referrals.accepted),
        Fact("Declined", referrals.declined),
    )
    reasons = _counts("Why referrals were declined", ("Reason", "Declined"), referrals.declined_because)
    return Section("referrals", "Referrals", content.definitions["referrals"], facts, (reasons,))


def _referral_breakdowns(content):
    columns = ("Submitted", "Accepted", "Declined")
    return Section(
        "referred",
        "Who was referred, and for what",
        content.definitions["referral_breakdowns"],
        tables=tuple(
            _counts(f"Referrals by {one.by.lower()}", (one.by, *columns), one.rows)
            for one in content.referral_breakdowns
        ),
    )


def _completion(content):
    share = content.completion.completed
    facts = (
        Fact("Completed", share.percent, f"{shown(share.part)} of {shown(share.base)} accepted cases closed", unit="%"),
    )
    reasons = _counts("Why cases were not completed", ("Reason", "Cases"), content.completion.not_completed_because)
    return Section("completion", "Completion", content.definitions["completion"], facts, (reasons,))


def _timeliness(content):
    times = content.timeliness
    facts = (
        Fact(
            f"First work session within {times.limit_hours} hours",
            times.in_time.percent,
            f"{shown(times.in_time.part)} of {shown(times.in_time.base)} cases; {shown(times.not_yet_due)} not yet due",
            unit="%",
        ),
    )
    table = Table(
        "Median days to each step",
        ("Step", "From the disposal", "From the referral", "Cases"),
        tuple((median.step, median.from_disposal, median.from_referral, median.cases) for median in times.medians),
    )
    return Section("timeliness", "Timeliness", content.definitions["timeliness"], facts, (table,))


def _equality(content):
    columns = ("Referred", "Accepted", "Completed")
    return Section(
        "equality",
        "Equality",
        content.definitions["equality"],
        tables=tuple(_counts(f"Cases by {one.by.lower()}", (one.by, *columns), one.rows) for one in content.equality),
    )


def _data_quality(content):
    table = _counts("Missing from the records", ("What is missing", "Number"), content.data_quality)
    return Section("data-quality", "Data quality", content.definitions["data_quality"], tables=(table,))


def _counts(caption, columns, rows) -> Table:
    return Table(caption, columns, tuple((row.label, *row.counts) for row in rows))


SECTIONS = (
    _participants, _programmes, _placements, _work, _mentoring, _courses, _qualifications, _restorative, _feedback,
    _further_offences, _referrals, _referral_breakdowns, _completion, _timeliness, _equality, _data_quality,
)  # fmt: skip
