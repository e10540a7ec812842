"""The caseload of a coordinator, in groups; and the same as a file."""

from django.shortcuts import render
from django.utils import timezone

from accounts.access import needs
from audit.downloads import Download, download_page
from audit.trail import record
from placements import caseload as loads
from placements.tags import overdue_tag_of
from referrals.lifecycle import CLOSED, LISTED
from referrals.paging import page
from referrals.survey import survey
from referrals.views.listing import KEY
from referrals.views.pages import neighbours


def _asked(request, people=None):
    """Whose cases are asked for, and which group; what cannot be read is one's own, and all that run. `people`: who
    there is, where that is known already."""
    whose, group = request.GET.get("whose", ""), request.GET.get("group", "")
    if whose not in (loads.NOBODY, loads.EVERYBODY) and not (
        KEY.fullmatch(whose) and (people is None or whose in people) and whose != str(request.user.pk)
    ):
        whose = loads.ME
    return whose, group if group in loads.GROUPS else "running"


def _rows(request, now, people=None):
    whose, name = _asked(request, people)
    return loads.GROUPS[name].of(loads.of_whom(loads.of_provider(request.user), request.user, whose), now)


@needs(loads.PERMISSION)
def caseload(request):
    """One group of one's own cases, of nobody's, a colleague's or everybody's, with how many there are in each."""
    user, now = request.user, timezone.now()
    people = {str(person.pk): person for person in loads.colleagues(user)}
    whose, name = _asked(request, people)
    group, every = loads.GROUPS[name], loads.of_provider(user)
    chosen = loads.of_whom(every, user, whose)
    running = every.filter(status__in=loads.RUNNING)
    counted = survey(
        {
            **{key: each.of(chosen, now) for key, each in loads.GROUPS.items()},
            **{each: loads.of_whom(running, user, each) for each in (loads.NOBODY, loads.EVERYBODY)},
        },
        0,
    )
    found = page(
        group.of(chosen, now),
        lambda cases: loads.dressed(cases, user, now),
        key=group.key,
        newest_first=group.newest_first,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    record(LISTED, by=user, ids=[case.pk for case in found.rows if not case.hidden])
    rows = [_row(case, now) for case in found.rows]
    return render(
        request,
        "placements/caseload.html",
        {
            "rows": rows,
            "group": group,
            "name": name,
            "whose": whose,
            "colleague": people.get(str(user.pk) if whose == loads.ME else whose),
            "colleagues": [person for person in people.values() if person.is_active],
            "choices": _choices(user, people, counted),
            "tabs": _tabs(counted, whose, name),
            "shows_who": whose == loads.EVERYBODY,
            "ticks": any(row["tick"] for row in rows),
            "here": request.get_full_path(),
            "query": f"whose={whose}&group={name}",
            **neighbours(request, found),
        },
    )


def _row(case, now):
    if case.hidden:
        return {"case": case, "hidden": True, "tick": False}
    said = loads.line(case, now)
    return {
        "case": case,
        "said": said,
        "next": loads.where_next(case, said),
        "hours": loads.hours_in_words(said),
        "contact": said.first_contact and f"{said.first_contact.words[:1].lower()}{said.first_contact.words[1:]}",
        "late": overdue_tag_of(said.overdue) if said.overdue is not None else None,
        "tick": case.caseworker_id is None and case.status not in CLOSED,
    }


def _choices(user, people, counted):
    """Whose cases can be shown: (value, words with how many run)."""
    mine = people[str(user.pk)].running if str(user.pk) in people else 0
    others = [(pk, f"{who} ({_up_to(who.running)})") for pk, who in people.items() if who.pk != user.pk]
    return [
        (loads.ME, f"Mine ({_up_to(mine)})"),
        (loads.NOBODY, f"Nobody’s yet ({_up_to(counted[loads.NOBODY][0])})"),
        (loads.EVERYBODY, f"Everybody’s ({_up_to(counted[loads.EVERYBODY][0])})"),
        *others,
    ]


def _tabs(counted, whose, name):
    """The groups that have somebody in them, and the one that is shown."""
    return [
        {
            "text": group.text,
            "href": f"?whose={whose}&group={key}",
            "current": key == name,
            "count": _up_to(counted[key][0]),
        }
        for key, group in loads.GROUPS.items()
        if counted[key][0] or key in ("running", name)
    ]


def _up_to(count):
    return "1,000+" if count >= 1000 else count


def _line(case):
    if case.hidden:
        return case.reference, "Restricted"
    said = loads.line(case, timezone.now())
    return (
        case.reference, case.participant.name, said.age_group, case.get_status_display(), said.step,
        said.first_contact.due_at if said.first_contact else None, said.required, said.credited, case.next_at,
        case.next_site, said.overdue, case.caseworker,
    )  # fmt: skip


download = download_page(
    Download(
        name="caseload",
        title="Caseload",
        permission=loads.PERMISSION,
        back="placements:caseload",
        columns=(
            "Case", "Participant", "Age group", "Status", "Next step", "First contact due", "Minutes set",
            "Minutes credited", "Next session", "Site", "Days overdue", "Caseworker",
        ),
        rows=lambda request: _rows(request, timezone.now()).order_by("decided_at", "pk"),
        dress=lambda request, cases: loads.dressed(cases, request.user, timezone.now()),
        line=_line,
    )
)  # fmt: skip
