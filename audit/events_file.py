"""The events of the trail as a file, for auditors."""

from django.apps import apps
from django.db.models import OuterRef, Subquery

from audit.database import CASES
from audit.downloads import Download, download_page
from audit.trail import sentence
from audit.views import listed


def _with_references(request, events):
    cases = apps.get_model(CASES).objects.filter(pk=OuterRef("case"))
    return events.annotate(reference=Subquery(cases.values("reference")[:1]))


def _line(event):
    return (
        event.at, event.actor_name or "The system", event.kind, sentence(event), event.get_act_display(),
        event.reference, event.ip, event.request_id,
    )  # fmt: skip


events = download_page(
    Download(
        name="audit-trail",
        title="Audit trail",
        permission="audit.read",
        back="audit:events",
        columns=("When", "Who", "Kind", "What", "Act", "Case", "From address", "Request"),
        rows=lambda request: listed(request)[2].order_by("-at", "-id"),
        dress=_with_references,
        line=_line,
    )
)
