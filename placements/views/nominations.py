"""The list of work that people suggested, and what is decided on it."""

from django.contrib import messages
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count
from django.db.models.functions import Greatest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.trail import Refusal, record
from placements import operations, sending, suggestions
from placements.forms.nominations import AcceptForm, AnswerForm, NoteForm, ReasonForm
from placements.lifecycle import NominationStatus
from placements.models import Nomination
from placements.tags import answer_tag, nomination_tag
from placements.views import form_page, posted
from referrals.lifecycle import LISTED
from referrals.paging import page

N = NominationStatus
TABS = (("", "New", N.NEW), ("accepted", "Accepted", N.ACCEPTED), ("declined", "Declined", N.DECLINED),
        ("duplicate", "Suggested before", N.DUPLICATE))  # fmt: skip
PERMISSION = "placements.nominations"
ALIKE = 0.4  # of two texts: what is shown as perhaps the same


@needs(PERMISSION)
def nominations(request):
    """One tab for each outcome, the newest first."""
    tab = next((tab for tab in TABS if tab[0] == request.GET.get("show", "")), None)
    if tab is None:
        raise Http404
    now = timezone.now()
    visible = Nomination.objects.visible_to(request.user, PERMISSION)
    counts = dict(visible.values_list("status").annotate(n=Count("pk")).order_by())
    troubled = list(visible.in_trouble(now).values_list("status", flat=True))
    shown = page(
        visible.filter(status=tab[2]),
        lambda rows: rows.select_related("district", "activity", "force", "decline_reason", "site"),
        key="sent_at",
        newest_first=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    for nomination in shown.rows:
        nomination.answer_tag = answer_tag(nomination, now)

    def turn(**cursor):
        return f"?{urlencode({'show': tab[0], **cursor})}" if all(cursor.values()) else ""

    context = {
        "nominations": shown.rows,
        "before": turn(before=shown.before),
        "after": turn(after=shown.after),
        "tab": tab[0],
        "tabs": [
            {
                "text": text,
                "href": f"?show={key}" if key else "?",
                "current": key == tab[0],
                "count": counts.get(status, 0),
            }
            for key, text, status in TABS
        ],
        "troubled": [(text, f"?show={key}", n) for key, text, status in TABS if (n := troubled.count(status))],
        "turned_away": suggestions.turned_away(timezone.localdate(now)),
        "public_address": request.build_absolute_uri(reverse("placements:suggest")),
    }
    return render(request, "placements/nominations.html", context)


def _open(request, pk) -> Nomination:
    rows = Nomination.objects.visible_to(request.user, PERMISSION)
    return get_object_or_404(
        rows.select_related("district", "activity", "force", "decline_reason", "site", "decided_by"), pk=pk
    )


@needs(PERMISSION)
def nomination(request, pk):
    """What was suggested, what is like it, what became of it; a note for colleagues."""
    found, now = _open(request, pk), timezone.now()
    if request.method == "GET":
        record(LISTED, by=request.user, ids=[found.pk])
    like = Greatest(TrigramSimilarity("what", found.what), TrigramSimilarity("where", found.where))
    others = Nomination.objects.visible_to(request.user, PERMISSION).filter(force=found.force).exclude(pk=pk)
    form = NoteForm(posted(request), initial={"note": found.note})
    return form_page(
        request,
        form,
        lambda: operations.note_on_nomination(found, by=request.user, **form.cleaned_data),
        title="Suggestion of work",
        to=reverse("placements:nomination", args=[pk]),
        done=lambda _: "Note saved.",
        template="placements/nomination.html",
        nomination=found,
        tag=nomination_tag(found),
        answer_tag=answer_tag(found, now),
        may_send_again=Nomination.objects.in_trouble(now).filter(pk=pk).exists(),
        alike=others.annotate(like=like).filter(like__gt=ALIKE).order_by("-like", "-sent_at")[:3],
    )


def _decide(request, found, form, step, *, title, done, text="", to=None):
    return form_page(
        request,
        form,
        step,
        title=title,
        text=text,
        to=to or reverse("placements:nominations"),
        done=done,
        template="placements/nomination_decide.html",
        nomination=found,
    )


def _answered(found, form) -> str:
    if found.from_email and form.cleaned_data.get("answer", "").strip():
        return " The answer is on its way."
    return ""


@needs(PERMISSION)
def accept(request, pk):
    """The suggestion becomes a proposed site, with what it said filled in."""
    found = _open(request, pk)
    form = AcceptForm(
        posted(request),
        initial={
            "name": found.who_benefits[:120],
            "address": found.where,
            "district": found.district,
            "activity": found.activity,
            "description": found.what,
            "answer": sending.draft(found, "accepted"),
            "note": found.note,
        },
        wants_answer=bool(found.from_email),
        button="Accept, and add the site",
        cancel=reverse("placements:nomination", args=[pk]),
    )
    return _decide(
        request,
        found,
        form,
        lambda: operations.accept_nomination(found, by=request.user, **form.cleaned_data),
        title="Accept the suggestion",
        text="It becomes a proposed site. Nobody works there before it is assessed, insured and opened.",
        done=lambda site: f"Accepted: {site} is added to the sites.{_answered(found, form)}",
    )


@needs(PERMISSION)
def decline(request, pk):
    """Asks for the reason first; the answer is then written from it."""
    found = _open(request, pk)
    back = reverse("placements:nomination", args=[pk])
    asked = ReasonForm(request.GET or None, cancel=back)
    reason = asked.cleaned_data["reason"] if asked.is_valid() else None
    if reason is None:
        context = {"form": asked, "title": "Decline the suggestion", "back": back, "nomination": found}
        return render(request, "placements/nomination_decide.html", context)
    form = AnswerForm(
        posted(request),
        initial={"answer": sending.draft(found, "declined", str(reason)), "note": found.note},
        wants_answer=bool(found.from_email),
        button="Decline the suggestion",
        cancel=back,
    )
    return _decide(
        request,
        found,
        form,
        lambda: operations.decline_nomination(found, by=request.user, reason=reason, **form.cleaned_data),
        title="Decline the suggestion",
        text=f"Reason: {reason}.",
        done=lambda _: f"Declined.{_answered(found, form)}",
    )


@needs(PERMISSION)
def mark(request, pk):
    """It was suggested before."""
    found = _open(request, pk)
    form = AnswerForm(
        posted(request),
        initial={"answer": sending.draft(found, "duplicate"), "note": found.note},
        wants_answer=bool(found.from_email),
        button="Mark as suggested before",
        cancel=reverse("placements:nomination", args=[pk]),
    )
    return _decide(
        request,
        found,
        form,
        lambda: operations.mark_nomination(found, by=request.user, **form.cleaned_data),
        title="Suggested before",
        done=lambda _: f"Marked as suggested before.{_answered(found, form)}",
    )


@needs(PERMISSION)
@require_POST
def send_again(request, pk):
    found = _open(request, pk)
    try:
        operations.send_answer_again(found, by=request.user)
        messages.success(request, "The answer is on its way again.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("placements:nomination", pk=pk)
