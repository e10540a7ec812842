"""The lists of sessions as files."""

from django.urls import reverse
from django.utils import timezone

from audit.downloads import Download, download_page
from workshops.tags import session_tag
from workshops.views.sessions import TABS, listed


def _tab(request):
    """The list that is downloaded: the name of its address."""
    asked_for = request.GET.get("tab", "")
    return asked_for if asked_for in [name for name, *_ in TABS] else "list"


def _line(session):
    return (
        session.starts_at, session.ends_at, session.programme, session.place, session.district,
        session.get_audience_display(), session.facilitator, session_tag(session, timezone.now())[0], session.capacity,
        session.places_taken, session.waiting, session.attended, session.unrecorded,
    )  # fmt: skip


sessions = download_page(
    Download(
        name="workshop-sessions",
        title="Workshop sessions",
        permission="workshops.read",
        back=lambda request: reverse(f"workshops:{_tab(request)}"),
        columns=(
            "From", "Until", "Workshop", "Place", "District", "For", "Facilitator", "State", "Places", "Places taken",
            "Waiting", "Attended", "Attendance not recorded",
        ),
        rows=lambda request: listed(request, _tab(request))[1],
        dress=lambda request, sessions: sessions.with_details().with_numbers(),
        line=_line,
    )
)  # fmt: skip
