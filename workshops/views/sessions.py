"""The lists of sessions, and the page of one session."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from audit.trail import record
from referrals.lifecycle import Status
from referrals.models import Referral
from referrals.words import shown_name
from workshops import asked, facts, lifecycle, rules
from workshops.bars import bar_of
from workshops.forms.sessions import SessionFilter
from workshops.lifecycle import BookingStatus, SessionStatus
from workshops.models import Booking, Session
from workshops.tags import booking_tag, session_tag
from workshops.told import told

PAGE = 25
TABS = (
    ("list", "Upcoming", lambda sessions, now: sessions.upcoming(now)),
    ("register_due", "Waiting for a register", lambda sessions, now: sessions.waiting_for_register(now)),
    ("past", "Past", lambda sessions, now: sessions.past(now)),
)


@needs("workshops.read")
def upcoming(request):
    return _list(request, "list")


@needs("workshops.read")
def register_due(request):
    return _list(request, "register_due")


@needs("workshops.read")
def past(request):
    return _list(request, "past")


def listed(request, tab):
    """The filter that is asked for, and the sessions of a tab that answer, among those that this person sees."""
    filter_form = SessionFilter(request.GET or None)
    audience = filter_form.cleaned_data["audience"] if filter_form.is_valid() else ""
    choose = next(choose for name, _, choose in TABS if name == tab)
    rows = choose(Session.objects.visible_to(request.user), timezone.now())
    return filter_form, rows.filter(audience=audience) if audience else rows


def _list(request, tab):
    now = timezone.now()
    visible = Session.objects.visible_to(request.user)
    filter_form, rows = listed(request, tab)
    page = _page(request, rows.with_details().with_numbers())
    for session in page:
        session.tag = session_tag(session, now)
    return render(
        request,
        "workshops/session_list.html",
        {
            "tabs": _tabs(request.user, visible, tab, now),
            "tab": tab,
            "caption": next(text for name, text, _ in TABS if name == tab),
            "may_schedule": request.user.may("workshops.schedule"),
            "page": page,
            "filter_form": filter_form,
            "filtered": filter_form.is_valid() and bool(filter_form.cleaned_data["audience"]),
            "pages": _pages(request, page),
        },
    )


@needs("workshops.book")
def to_book(request):
    """The cases that are ready for a workshop and not booked, longest waiting first."""
    now = timezone.now()
    cases = (
        facts.ready(Referral.objects.listed_to(request.user), now)
        .with_people()
        .with_permissions_of(request.user)
        .select_related("participant__district")
    )
    page = _page(request, cases)
    record(lifecycle.LISTED, by=request.user, ids=[case.pk for case in page if not case.hidden])
    today = timezone.localdate(now)
    for case in page:
        case.age_band = rules.age_band(case.participant.date_of_birth, today)
    return render(
        request,
        "workshops/case_list.html",
        {
            "tabs": _tabs(request.user, Session.objects.visible_to(request.user), "to_book", now),
            "page": page,
            "pages": _pages(request, page),
        },
    )


def _page(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _pages(request, page) -> dict[str, str]:
    """The addresses of the page before and the page after, which keep the filters."""

    def address(number):
        query = request.GET.copy()
        query["page"] = number
        return f"?{query.urlencode()}"

    return {
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


def _tabs(user, visible, current, now) -> list[dict]:
    tabs = [
        {
            "text": text,
            "href": reverse(f"workshops:{name}"),
            "current": name == current,
            "count": choose(visible, now).count(),
        }
        for name, text, choose in TABS
    ]
    if user.may("workshops.book"):
        tabs.append(
            {
                "text": "People to book",
                "href": reverse("workshops:to_book"),
                "current": current == "to_book",
                "count": facts.ready(Referral.objects.listed_to(user), now).count(),
            }
        )
    return tabs


# --- one session ----------------------------------------------------------------------------------------------------


@needs("workshops.read")
def session(request, pk):
    now, user = timezone.now(), request.user
    shown = get_object_or_404(
        Session.objects.visible_to(user).with_details().select_related("moved_to").with_numbers(), pk=pk
    )
    bookings = list(
        Booking.objects.visible_to(user)
        .filter(session=shown)
        .exclude(status=BookingStatus.CANCELLED)
        .with_people(user)
        .by_name()
    )
    named = [booking.case_id for booking in bookings if not booking.hidden]
    record(lifecycle.READ, by=user, ids=named, session=shown.pk)
    started, over = shown.starts_at <= now, shown.ends_at <= now
    live = shown.status != SessionStatus.CANCELLED
    people = [person(booking, user, now) for booking in bookings if booking.status != BookingStatus.WAITLISTED]
    waiting = [
        person(booking, user, now)
        for booking in sorted(bookings, key=lambda booking: (booking.waitlisted_at or now, str(booking.pk)))
        if booking.status == BookingStatus.WAITLISTED
    ]
    for position, row in enumerate(waiting, 1):
        row["position"] = position
    known = told(bookings, user, now) if not started else {}
    apart = facts.beside_whom_they_must_not_be(shown) if live and not over else set()
    for row in people:
        row["told"] = known.get(row["booking"].pk)
    for row in [*people, *waiting]:
        row["keep_apart"] = row["booking"].case.participant_id in apart
    recorded = shown.places_taken - shown.unrecorded
    return render(
        request,
        "workshops/session_detail.html",
        {
            "session": shown,
            "tag": session_tag(shown, now),
            "people": people,
            "waiting": waiting,
            "hidden": shown.places_taken + shown.waiting - len(people) - len(waiting),
            "keep_apart": bool(apart),
            "started": started,
            "over": over,
            "may_book": live and not started and user.may("workshops.book"),
            "may_book_by_reference": live and not started and user.may("workshops.book_by_reference"),
            "may_move_up": live and not started and shown.places_left and user.may("workshops.keep_list"),
            "may_record": live and started and shown.places_taken and user.may("workshops.record"),
            "may_change": live and not over and user.may("workshops.schedule"),
            "may_move": live and not started and user.may("workshops.schedule"),
            "may_cancel": shown.status == SessionStatus.PLANNED and not recorded and user.may("workshops.schedule"),
            "helpers": list(shown.co_facilitators.all()),
            "may_see_instead": Session.objects.visible_to(user).filter(pk=shown.moved_to_id).exists(),
            "summary": _summary(shown, recorded) if recorded else None,
            **_asking(shown, people, user, now),
        },
    )


def person(booking, user, now) -> dict:
    """What a register or a session's page shows of somebody: name, age band, needs; never what they did. Of a
    restricted case that this person is not named on, its reference and who knows more."""
    session, participant, hidden = booking.session, booking.case.participant, booking.hidden
    needs = [participant.needs] if participant.needs else []
    if participant.interpreter_needed:
        needs.append(f"Interpreter: {participant.language or 'language not given'}")
    if booking.arrangements:
        needs.append(f"How they will manage: {booking.arrangements}")
    if hidden:
        needs = ["Ask whoever works on the case"]
    has_feedback = hasattr(booking, "feedback")
    attended = booking.status == BookingStatus.ATTENDED
    return {
        "booking": booking,
        "name": shown_name(booking.case, hidden),
        "case_url": reverse("referrals:detail", args=[booking.case_id])
        if user.may("referrals.read") and not hidden
        else "",
        "age_band": "" if hidden else rules.age_band(participant.date_of_birth, session.day),
        "needs": needs,
        "tag": booking_tag(booking, session, now),
        "case_state": ""
        if booking.outcome_id or booking.case.status == Status.ACTIVE
        else f"Case {booking.case.get_status_display().lower()}",
        "may_cancel": user.may("workshops.keep_list")
        and (
            booking.status == BookingStatus.WAITLISTED
            or (booking.status == BookingStatus.BOOKED and session.starts_at > now)
        ),
        "has_feedback": attended and has_feedback,
        "may_give_feedback": attended and not has_feedback and user.may("workshops.record"),
        "may_get_link": booking.status in asked.MAY_ANSWER
        and session.starts_at <= now
        and not has_feedback
        and user.may("workshops.record"),
        "may_certify": attended and not hidden and user.may("workshops.record"),
    }


def _asking(session, people, user, now) -> dict:
    """Whether people can still be asked what they thought, and whether a screen is open for it."""
    asks = session.status != SessionStatus.CANCELLED and session.starts_at <= now and user.may("workshops.record")
    return {
        "may_ask": asks and any(row["may_get_link"] for row in people),
        "screen_open": asks and facts.screen_is_open(session, now),
    }


def _summary(session, recorded) -> dict:
    absent, feedback = recorded - session.attended, facts.feedback_summary(session)
    for statement in feedback["statements"]:
        statement["bar"] = bar_of(statement)
    quoted = [comment for comment in feedback["comments"] if comment["may_be_quoted"]]
    private = [comment for comment in feedback["comments"] if not comment["may_be_quoted"]]
    responses = feedback["responses"]
    return {
        "attended": session.attended,
        "attended_note": f"{rules.percent(session.attended, recorded)}% of {recorded} recorded",
        "absent": absent,
        "absent_note": f"{rules.percent(absent, recorded)}% of {recorded} recorded",
        "response_note": f"{rules.percent(responses, session.attended)}% of {session.attended} who attended"
        if session.attended
        else "",
        "feedback": feedback,
        "waiting": responses - feedback["shown"],
        "said": [("Quotes that may be used", quoted), ("Comments that may not be quoted", private)],
    }
