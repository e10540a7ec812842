"""The consents of a case: every one that was ever given, and what becomes of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import kept
from accounts.access import needs
from audit.doors import refusals_shown_on, status_of
from referrals import lifecycle, operations
from referrals.forms.consents import GiveConsentForm, WithdrawConsentForm
from referrals.lifecycle import Status
from referrals.models import Consent
from referrals.operations.consents import in_words, is_child
from referrals.views.pages import open_case, posted, step_page

CLOSED_TO_NEW = (Status.DRAFT, *lifecycle.CLOSED)
STOPS = {
    "take_part": "Planned work and workshop bookings ahead are cancelled, nothing new can start, and the triage team "
    "decides whether the case goes back to the officer.",
    "share": "Planned work is cancelled, none can be planned, Remedi is told to stop, and the triage team decides "
    "whether the case goes back to the officer.",
    "work": "Planned work is cancelled, and none can be planned until a parent or carer consents again.",
    "medical": "A child’s planned work is cancelled, and none can be planned until a parent or carer consents again. "
    "An adult’s goes on.",
    "photo": "No photographs are taken from now on.",
    "rj": "Restorative justice that has not come to a meeting stops, and none can start.",
}


@needs("referrals.note")
def consents(request, pk):
    """Every consent, newest first: who signed, as what, when, on which form, and whether it is in force."""
    case = open_case(request, pk, "referrals.note")
    rows = list(
        Consent.objects.filter(case=case)
        .select_related("recorded_by", "withdrawal_recorded_by")
        .order_by("-given_on", "-pk")
    )
    running = case.status not in CLOSED_TO_NEW
    context = {
        "case": case,
        "in_force": [row for row in rows if row.withdrawn_at is None],
        "ended": [row for row in rows if row.withdrawn_at],
        "may_withdraw": case.may("referrals.withdraw_consent") and case.status != Status.DRAFT,
        "may_give": running,
    }
    return render(request, "referrals/consent_list.html", context)


@needs("referrals.note")
def give_consent(request, pk):
    """Consents that were signed since the referral, for the first time or again."""
    case = open_case(request, pk, "referrals.note")
    form = GiveConsentForm(posted(request), case=case, child=is_child(case))
    return step_page(
        request,
        case,
        form,
        lambda **given: operations.give_consents(case, by=request.user, **given),
        title="Record a consent",
        done="The consent is on record.",
        then="referrals:consents",
    )


@needs("referrals.withdraw_consent")
def withdraw_consent(request, pk, consent_pk):
    """A consent is withdrawn: the page says first what that stops, and then what it stopped."""
    case = open_case(request, pk, "referrals.withdraw_consent")
    consent = get_object_or_404(Consent.objects.select_related("case"), pk=consent_pk, case=case)
    form = WithdrawConsentForm(posted(request), initial={"withdrawn_by": consent.given_by, "on": timezone.localdate()})
    kept.offer(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            stopped = operations.withdraw_consent(consent, by=request.user, **form.cleaned_data)
            kept.discard(request.user, request.path)
            messages.success(request, " ".join(["The consent is withdrawn.", *stopped]))
            return redirect("referrals:consents", pk=case.pk)
    context = {
        "case": case,
        "form": form,
        "title": f"Withdraw the consent {in_words([consent.kind])}",
        "then": "referrals:consents",
        "intro": STOPS[consent.kind] + " A session that has begun still gets its outcome, and hours that are credited "
        "stay credited."
        if consent.kind != "photo"
        else STOPS["photo"],
    }
    return render(request, "referrals/referral_step.html", context, status=status_of(form))
