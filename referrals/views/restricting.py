"""Restricted cases: who may open one, and the manager's page from which somebody can be admitted unopened."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import User
from accounts.roles import SIGNED_IN, Role
from audit.doors import refusals_shown_on, status_of
from referrals import opening, operations
from referrals.forms.restricting import AdmitForm, DismissForm, LiftForm, RestrictForm
from referrals.models import Referral
from referrals.operations.restricting import admissible
from referrals.views.pages import open_case, posted

MOST = 200  # restricted cases on the manager's page; there are a handful


@needs(SIGNED_IN)
@require_POST
def say_why(request):
    """Keep the answer of opening.ask_why for this session, and show the page that was asked for. Which case it is says
    nothing here: the page decides who may open it."""
    form = opening.ReasonForm(request.POST)
    case, to = request.POST.get("case", "")[:36], request.POST.get("to", "")
    to = to if opening.is_ours(to) else "/"
    if not form.is_valid():
        return opening.ask_why(request, form, case, to=to)
    opening.remember(request, case, form.cleaned_data[opening.FIELD])
    return redirect(to)


@needs("referrals.restrict")
def restriction(request, pk):
    """Restrict a case, or see who may open one that is, admit, dismiss and lift."""
    case = open_case(request, pk, "referrals.restrict")
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    sent = {verb: posted(request)}
    if not case.restricted and verb != "lift":
        form = RestrictForm(sent.get("restrict"))
        if form.is_valid():
            with refusals_shown_on(form):
                operations.restrict(case, by=request.user, **form.cleaned_data)
                opening.remember(request, case.pk, form.cleaned_data["reason"])  # why they go on with it
                messages.success(request, f"{case.reference} is restricted. Only the people below can open it.")
                return redirect("referrals:restriction", pk=case.pk)
        return render(request, "referrals/restrict.html", {"case": case, "form": form}, status=status_of(form))
    admitted = case.admitted.select_related("organisation")
    forms = {
        "admit": AdmitForm(sent.get("admit"), people=_to_admit(case)),
        "dismiss": DismissForm(sent.get("dismiss"), people=User.objects.filter(pk__in=admitted)),
        "lift": LiftForm(sent.get("lift")),
    }
    form = forms.get(verb)
    if form is not None and form.is_valid():
        with refusals_shown_on(form):
            done = _change(request, case, verb, form.cleaned_data)
            messages.success(request, done)
            return redirect("referrals:detail" if verb == "lift" else "referrals:restriction", pk=case.pk)
    context = {"case": case, **forms, "on_it": _on_it(case), "admitted": admitted, "nobody_there": _nobody_there(case)}
    return render(request, "referrals/restriction.html", context, status=status_of(form))


def _change(request, case, verb, given) -> str:
    by = request.user
    if verb == "lift":
        operations.lift(case, by=by, **given)
        return f"{case.reference} is no longer restricted."
    if verb == "admit":
        operations.admit(case, by=by, **given)
        return f"{given['person']} can open {case.reference}."
    operations.dismiss(case, by=by, **given)
    return f"{given['person']} can no longer open {case.reference}."


def _to_admit(case):
    """Who is not on the case yet."""
    there = [case.assigned_to_id, case.caseworker_id, *case.admitted.values_list("pk", flat=True)]
    return admissible(case).exclude(pk__in=[pk for pk in there if pk]).select_related("organisation")


def _on_it(case):
    """(person, why they are on it): those whose task it is, who are not dismissed here."""
    on_it = [(case.referred_by, "Made the referral")]
    on_it += [(officer, "Officer named on the case") for officer in case.named_officers.all()]
    on_it += [(case.assigned_to, "Triager")] if case.assigned_to else []
    return on_it + ([(case.caseworker, "Caseworker")] if case.caseworker else [])


def _nobody_there(case) -> bool:
    """Whether the provider has the case and none of its coordinators may open it."""
    if not case.provider_id or case.caseworker_id:
        return False
    return not case.admitted.with_role(Role.COORDINATOR).filter(organisation=case.provider_id).exists()


# --- managers -------------------------------------------------------------------------------------------------------


def _of_force(user):
    return Referral.objects.of_force(user.organisation_id).filter(restricted=True)


@needs("referrals.admit")
def restricted(request):
    """The restricted cases of the force, by reference, and who of the triage team is on each."""
    cases = list(
        _of_force(request.user)
        .select_related("assigned_to", "caseworker", "provider")
        .prefetch_related("admitted")
        .order_by("-reference")[:MOST]
    )
    for case in cases:
        people = {each for each in (case.assigned_to, case.caseworker, *case.admitted.all()) if each and each.is_active}
        case.people = sorted(person.full_name for person in people)
        case.triaged = any(person.may("referrals.triage") for person in people)
    return render(request, "referrals/restricted.html", {"cases": cases})


@needs("referrals.admit")
def admit(request, pk):
    """Name somebody on a restricted case of the force, without opening it."""
    case = get_object_or_404(_of_force(request.user).select_related("force", "provider"), pk=pk)
    form = AdmitForm(posted(request), people=_to_admit(case))
    if form.is_valid():
        with refusals_shown_on(form):
            operations.admit(case, by=request.user, **form.cleaned_data)
            messages.success(request, f"{form.cleaned_data['person']} can open {case.reference}.")
            return redirect("referrals:restricted")
    return render(request, "referrals/admit.html", {"case": case, "form": form}, status=status_of(form))
