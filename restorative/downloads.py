"""The list of restorative justice processes as a file."""

from audit.downloads import Download, download_page
from referrals.words import shown_name
from restorative import progress
from restorative.views import listed


def _line(process):
    return (
        process.case.reference,
        progress.tag(process)[0],
        shown_name(process.case, process.hidden),
        "Restricted" if process.hidden else process.victim,
        process.practitioner,
        process.identified_at,
        process.closed_on,
    )


processes = download_page(
    Download(
        name="restorative-justice",
        title="Restorative justice",
        permission="restorative.read",
        back="restorative:list",
        columns=("Case", "Stage", "Participant", "Victim", "Practitioner", "Since", "Over since"),
        rows=lambda request: listed(request)[1],
        dress=lambda request, processes: processes.listed_to(request.user).with_people(),
        line=_line,
    )
)
