"""What reporting shows on the home page."""

from django.urls import reverse
from django.utils import timezone

from govuk.worklists import Action, Row, Worklist
from reporting import figures
from reporting.lifecycle import COLOURS
from reporting.models import Report
from reporting.periods import Period
from reporting.sections import hours, shown

LATEST = 5


def worklists(user, now):
    """For who may read figures: this quarter so far, and the latest reports."""
    if not user.may("reporting.read"):
        return []
    return [_quarter(user, now), _reports(user)]


def _quarter(user, now):
    force, period = user.organisation, Period.quarter_of(timezone.localdate(now))
    there = reverse("reporting:figures")
    counts = (
        ("Participants", figures.participants(force, period).all),
        ("Workshops delivered", figures.programmes(force, period)),
        ("Hours of community work", hours(figures.work_minutes(force, period))),
    )
    return Worklist(
        title=f"{period.name} so far",
        rows=[Row(f"{label}: {shown(count)}") for label, count in counts],
        more=Action("All figures", there),
        anchor="figures",
    )


def _reports(user):
    latest = Report.objects.visible_to(user).defer("figures")[:LATEST]
    may_issue = user.may("reporting.issue")
    return Worklist(
        title="Latest reports",
        rows=[
            Row(
                report.period.name,
                reverse("reporting:detail", args=[report.pk]),
                f"Version {report.version}, asked for on {timezone.localdate(report.requested_at):%-d %B %Y}",
                (report.get_status_display(), COLOURS[report.status]),
            )
            for report in latest
        ],
        empty="No report has been made yet.",
        more=Action("All reports", reverse("reporting:list")),
        actions=[Action("Make a report", reverse("reporting:request"))] if may_issue else [],
        anchor="reports",
    )
