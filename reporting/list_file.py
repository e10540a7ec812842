"""The list of reports as a file."""

from audit.downloads import Download, download_page
from reporting.models import Report


def _line(report):
    return (
        report.period.name, report.start_on, report.end_on, report.version, report.get_status_display(),
        report.requested_by, report.requested_at, report.issued_at, report.corrects, report.checksum,
    )  # fmt: skip


reports = download_page(
    Download(
        name="reports",
        title="Reports",
        permission="reporting.read",
        back="reporting:list",
        columns=(
            "Period", "First day", "Last day", "Version", "State", "Asked for by", "Asked for on", "Issued",
            "What it corrects", "Checksum of the figures (SHA-256)",
        ),
        rows=lambda request: Report.objects.visible_to(request.user),
        dress=lambda request, reports: reports.select_related("requested_by").defer("figures"),
        line=_line,
    )
)  # fmt: skip
