"""The end of community work: the provider's report to the officer, and the participant's certificate.

A report's bytes are stored before its rows (referrals/operations/files.py), in the transaction that freezes its facts:
a process killed in between leaves bytes that nobody can reach."""

from datetime import date

from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from audit.trail import Refusal, record
from placements import learnt, lifecycle, rules
from placements.lifecycle import PlacementStatus
from placements.models import CompletionReport, HoursLine
from placements.operations.locking import lock_case
from placements.querysets import OPEN_PLACEMENT
from placements.rules.ending import check_may_report, check_what_changed
from referrals.letters import letter_pdf
from referrals.lifecycle import CLOSED, Status
from referrals.models import Document
from referrals.operations.documents import keep_made
from referrals.operations.telling import officers, tell, triager

# How many sessions came out how, as the report says it.
OUTCOMES = {
    "attended": Q(outcome__attended=True, outcome__enforceable=False),
    "not_done": Q(outcome__attended=True, outcome__enforceable=True),
    "excused": Q(outcome__attended=False, outcome__enforceable=False),
    "absent": Q(outcome__attended=False, outcome__enforceable=True),
}


def may_report(case) -> str:
    """Why no report can be made of this case yet; nothing where it can."""
    try:
        _check(case, timezone.now())
    except Refusal as refusal:
        return refusal.sentence
    return ""


@transaction.atomic
def report_completion(case, *, by, in_words: str, changed_because: str = "") -> CompletionReport:
    """The officers have the provider's report on the community work, as a PDF among the documents of the case, and are
    told. What it says in figures is frozen; a correction is a report with the next number that says what differs.

    Refused while hours are left to do at a placement that goes on, while an outcome is missing, where nothing was ever
    planned, without words, and for a second one that does not say what differs."""
    now = timezone.now()
    current = lock_case(case, (*Status,))
    _check(current, now)
    if not in_words.strip():
        raise Refusal("Enter what the officer should know.", "in_words")
    before = current.completion_reports.select_related("made_by").order_by("-number").first()
    number = before.number + 1 if before else 1
    if before:
        check_what_changed(number, str(before.made_by), _day(before.made_at), changed_because)
    facts = facts_of_work(current, now)
    words = {"in_words": in_words.strip(), "changed_because": changed_because.strip() if before else ""}
    title = f"Completion report {number}"
    pdf = letter_pdf(
        "letters/completion_report.html",
        {
            "title": title,
            "force": f"{current.provider}, for {current.force}",
            "reference": current.reference,
            "case": current,
            "number": number,
            "before": before,
            "facts": facts,
            "blocks": [block.split("\n") for block in words["in_words"].replace("\r", "").split("\n\n")],
            "changed_because": words["changed_because"],
            "by": by,
            "day": timezone.localdate(now),
        },
    )
    document = keep_made(
        current, by=by, kind=Document.Kind.REPORT, title=title, filename=f"completion-report-{number}.pdf", data=pdf
    )
    report = CompletionReport.objects.create(
        case=current, number=number, facts=facts, document=document, made_by=by, made_at=now, **words
    )
    event = record(lifecycle.COMPLETION_REPORTED, by=by, case=current, ids=[document.pk], number=number)
    tell(current, event, "has a report on the end of its community work.", officers(current), triager(current), by=by)
    return report


def _check(case, now):
    account = getattr(case, "hours_account", None)
    placements = list(case.placements.select_related("site").order_by("planned_at"))
    check_may_report(
        credited=account.minutes_credited if account else 0,
        left=account.minutes_left if account else 0,
        placed=bool(placements),
        open_sites=[str(each.site) for each in placements if each.status in OPEN_PLACEMENT],
        closed=case.status in CLOSED,
        waiting=case.work_sessions.waiting_for_outcome(now).count(),
    )


def facts_of_work(case, now) -> dict:
    """What was done in a case, in figures and words that JSON can hold: nothing that its officers may not know."""
    account = getattr(case, "hours_account", None)
    required = account.minutes_required if account else 0
    credited = account.minutes_credited if account else 0
    counted = case.work_sessions.order_by().aggregate(
        **{name: Count("pk", filter=which) for name, which in OUTCOMES.items()},
        unknown=Count("pk", filter=Q(outcome__isnull=True, ends_at__lte=now)),
        first=Min("starts_at", filter=Q(outcome__attended=True)),
        last=Max("starts_at", filter=Q(outcome__attended=True)),
    )
    first, last = counted.pop("first"), counted.pop("last")
    return {
        "required": required,
        "credited": credited,
        "left": required - credited,
        "by_courses": account.minutes_by_courses if account else 0,
        "sites": _by_site(case),
        "sessions": counted,
        "first_on": rules.local(first).date().isoformat() if first else None,
        "last_on": rules.local(last).date().isoformat() if last else None,
        "ended": _how_it_ended(case, required - credited),
        "learnt": learnt.in_sentences(case),
    }


def _by_site(case) -> list[dict]:
    """What was credited at each site."""
    lines = HoursLine.objects.filter(case=case).by_work()
    rows = lines.order_by("site__name").values_list("site__name", "site__activity__label").annotate(m=Sum("minutes"))
    return [{"site": site, "activity": activity, "minutes": minutes} for site, activity, minutes in rows if minutes]


def _how_it_ended(case, left) -> list[str]:
    said = [] if left else ["All hours are done."]
    ended = case.placements.filter(status=PlacementStatus.ENDED).select_related("site", "end_reason")
    said += [
        f"The placement at {each.site} ended early: {each.end_reason.label.lower()}."
        for each in ended.order_by("planned_at")
    ]
    if case.status in CLOSED:
        said.append(f"The case is {Status(case.status).label.lower()}, since {_day(case.closed_at)}.")
    return said


def _day(moment) -> str:
    return rules.date_in_words(rules.local(moment).date())


@transaction.atomic
def certify_work(case, *, by, **why) -> bytes:
    """The certificate as a PDF, for the participant: how many hours they did, of what work, and what they gained;
    nothing of why. That it leaves the system is in the trail, of a restricted case with the reason for which it was
    opened. Refused before anything is credited."""
    facts = facts_of_work(case, timezone.now())
    if not facts["credited"]:
        raise Refusal("A certificate is made only once hours are credited: none are in this case yet.")
    hours = rules.in_words(facts["credited"])
    first_on, last_on = _when(case, facts)
    pdf = letter_pdf(
        "letters/work_certificate.html",
        {
            "title": "Certificate of community work",
            "force": str(case.provider),
            "name": case.participant.name,
            "hours": hours,
            "of_whom": " and ".join(_providers(case)) or str(case.provider),
            "first_on": first_on,
            "last_on": last_on,
            "activities": sorted({site["activity"] for site in facts["sites"]}),
            "by_courses": rules.in_words(facts["by_courses"]) if facts["by_courses"] else "",
            "gained": [
                learnt.gained(one) for one in case.enrolments.exclude(qualification="").order_by("result_on", "pk")
            ],
        },
    )
    record(lifecycle.CERTIFIED, by=by, case=case, hours=hours, **why)
    return pdf


def _providers(case) -> list[str]:
    """With whom the work was done: a case that was accepted anew may be with another provider now."""
    lines = HoursLine.objects.filter(case=case).by_work().order_by("site__provider__name")
    rows = lines.values_list("site__provider__name").annotate(m=Sum("minutes"))
    return [name for name, minutes in rows if minutes]


def _when(case, facts) -> tuple[date | None, date | None]:
    """The first and the last day of what is credited, on courses too."""
    days = [date.fromisoformat(day) for day in (facts["first_on"], facts["last_on"]) if day]
    if facts["by_courses"]:
        days += case.course_sessions.filter(taken_back_at=None).values_list("on", flat=True)
    return min(days, default=None), max(days, default=None)
