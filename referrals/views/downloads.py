"""The list of cases as a file."""

from django.db.models import F
from django.utils import timezone

from audit.downloads import Download, download_page
from referrals import words
from referrals.listing import TABS
from referrals.views.listing import Asked


def _rows(request):
    asked = Asked(request, timezone.now())
    key = F(asked.key)
    return asked.rows.order_by(*(key.desc(), "-id") if asked.newest_first else (key.asc(), "id"))


def _dress(request, cases):
    statuses = [status for tab in TABS.values() for status in tab.statuses]
    return cases.with_people().select_related("assigned_to").with_progress(statuses).with_permissions_of(request.user)


def _line(case):
    if case.hidden:
        return (case.reference, "Restricted")
    return (
        case.reference,
        case.get_status_display(),
        words.progress(case),
        case.participant.name,
        case.offence,
        case.district,
        case.disposal,
        case.submitted_at,
        case.decision_due_at,
        case.decided_at,
        case.closed_at,
        case.referred_by,
        case.assigned_to,
        case.provider,
        case.caseworker,
    )


CASES = Download(
    name="cases",
    title="Cases",
    permission="referrals.read",
    back="referrals:list",
    columns=(
        "Reference", "Status", "Where it is", "Participant", "Offence or ASB", "District", "Disposal", "Submitted",
        "Decision due", "Decided", "Closed", "Referred by", "Assigned to", "Provider", "Caseworker",
    ),
    rows=_rows,
    dress=_dress,
    line=_line,
)  # fmt: skip
cases = download_page(CASES)
