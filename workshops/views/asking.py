"""Asking people without an account what they think, and what they said; the certificate of attendance."""

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.trail import Refusal, record
from govuk.qr import qr_of
from referrals.opening import reason_for
from referrals.views.pages import open_case
from referrals.words import shown_name
from workshops import asked, facts, lifecycle, operations
from workshops.models import Booking, Session, Who
from workshops.views.bookings import booking_of


def _shown(request, token) -> dict:
    address = request.build_absolute_uri(reverse("workshops:say", args=[token]))
    return {"address": address, "qr": qr_of(address)}


@needs("workshops.record")
def give_link(request, pk):
    """A link for one participant, with its QR code."""
    booking, name = booking_of(request, pk)
    back_url = reverse("workshops:session", args=[booking.session_id])
    context = {"name": name, "booking": booking, "back_url": back_url}
    if request.method == "POST":
        try:
            context |= _shown(request, operations.make_link(booking, by=request.user))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(back_url)
    return render(request, "workshops/feedback_link.html", context)


def _session(request, pk):
    return get_object_or_404(Session.objects.visible_to(request.user).with_details(), pk=pk)


@needs("workshops.record")
def give_links(request, pk):
    """Links for everybody of a session who has not answered, on a sheet to print and cut."""
    session = _session(request, pk)
    waiting = asked.unanswered(Booking.objects.visible_to(request.user).filter(session=session), timezone.now())
    people = list(waiting.with_people(request.user).by_name())
    record(lifecycle.READ, by=request.user, ids=[one.case_id for one in people if not one.hidden], session=session.pk)
    made = operations.make_links(people, by=request.user) if request.method == "POST" else []
    strips = [{"name": shown_name(one.case, one.hidden), **_shown(request, token)} for one, token in made]
    context = {"session": session, "people": people, "strips": strips}
    return render(request, "workshops/feedback_links.html", context)


@needs("workshops.record")
def open_screen(request, pk):
    """Turns this device into the screen of the session: whoever opens it is signed out on it first, so that the people
    who answer can reach nothing else."""
    session = _session(request, pk)
    if request.method == "POST":
        try:
            token = operations.open_screen(session, by=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("workshops:session", pk)
        logout(request)
        return redirect("workshops:screen", token)
    return render(request, "workshops/feedback_screen.html", {"session": session})


@needs("workshops.record")
@require_POST
def close_screen(request, pk):
    operations.close_screen(_session(request, pk), by=request.user)
    messages.success(request, "The screen is closed.")
    return redirect("workshops:session", pk)


# --- parents, carers and victims -----------------------------------------------------------------------------------


@needs("referrals.note")
def comments(request, pk):
    """What the parent or carer and the victims said, as far as this person may know; and links to ask them."""
    case = open_case(request, pk, "referrals.note")
    asks = facts.heard_in(case)
    sees_victims = Who.VICTIM in asks
    context = {"case": case, "in_full": sees_victims}
    if request.method == "POST":
        who = next((who for who in asks if who == request.POST.get("who")), None)
        if who is None:
            raise Http404
        try:
            token = operations.make_comment_link(case, who, by=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("workshops:comments", pk)
        context |= {"who": Who(who).label.lower(), **_shown(request, token)}
    context["comments"] = facts.comments_of(case, asks)
    context["parent"] = case.parent_or_carer_id is not None
    context["victim"] = sees_victims and case.victims.exists()
    return render(request, "workshops/case_comments.html", context)


BY = {Who.PARTICIPANT: "A participant", Who.PARENT: "A parent or carer", Who.VICTIM: "A victim"}


@needs("reporting.read")
def quotes(request):
    """What participants, parents and victims said and agreed to have quoted; without saying who, or of which
    session."""
    page = Paginator(facts.quotes(request.user.organisation), 25).get_page(request.GET.get("page"))
    record(lifecycle.QUOTES_READ, by=request.user, page=page.number)
    pages = {
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    for quote in page:
        quote["by"] = BY[quote["by"]]
    return render(request, "workshops/quotes.html", {"page": page, "pages": pages})


# --- the certificate -----------------------------------------------------------------------------------------------


@needs("workshops.certify")
def certificate(request, pk):
    """The certificate of somebody who attended. Of a restricted case only to those who are named on it."""
    booking = get_object_or_404(Booking.objects.certified_to(request.user), pk=pk)
    why = reason_for(request, booking.case)
    try:
        pdf = operations.certify(booking, by=request.user, **why)
    except Refusal as refusal:
        context = {"case": booking.case, "title": "Certificate of attendance", "refusal": refusal.sentence}
        return render(request, "workshops/no_certificate.html", context, status=refusal.status)
    return as_certificate(pdf)


def as_certificate(pdf) -> HttpResponse:
    """The certificate as a file to save, which nobody on the way keeps."""
    name = "certificate-of-attendance.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
