"""Giving cases to a caseworker, and handing them over to a colleague."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import User
from audit.doors import refusals_shown_on, status_of
from audit.trail import Refusal, record
from referrals import lifecycle, operations
from referrals.forms.handing_over import HandOverForm, HandOverSeveralForm, coordinators
from referrals.models import Referral
from referrals.opening import is_ours
from referrals.views.listing import KEY
from referrals.views.pages import open_case, posted, step_page

MOST_TICKED = 25  # a page of a list


@needs("referrals.hand_over")
def hand_over(request, pk):
    """One case: from the colleague who has it to another one."""
    case = open_case(request, pk, "referrals.hand_over")
    of = case.caseworker
    if of is None:
        raise Http404
    back = reverse("referrals:detail", args=[pk])
    form = HandOverForm(posted(request), of=of, provider=case.provider, back=back)
    return step_page(
        request,
        case,
        form,
        lambda to, note: operations.hand_over([case], by=request.user, of=of, to=to, note=note),
        title="Hand the case over",
        intro=f"{of} has it now. What is planned stays as it is; {of}’s open tasks in it go along. Both are told.",
        done=f"{case.reference} is handed over.",
    )


@needs("referrals.hand_over")
def hand_over_several(request, pk):
    """Several cases of one colleague, or all of them: somebody leaves, or has too many."""
    user = request.user
    colleague = get_object_or_404(User, pk=pk, organisation=user.organisation_id)
    cases = operations.cases_of(colleague, user).select_related("participant").order_by("reference")
    listed = Referral.objects.listed_to(user, "referrals.hand_over").filter(caseworker=colleague)
    staying = listed.exclude(status__in=lifecycle.CLOSED).exclude(pk__in=cases.values("pk"))
    back = request.GET.get("back", "")
    back = back if is_ours(back) else reverse("home")
    form = HandOverSeveralForm(posted(request), of=colleague, provider=user.organisation, back=back, cases=cases)
    record(lifecycle.LISTED, by=user, ids=[case.pk for case in cases])
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            given = operations.hand_over(by=user, of=colleague, **form.cleaned_data)
            many = f"{given[0].reference} is" if len(given) == 1 else f"{len(given)} cases are"
            messages.success(request, f"{many} handed over from {colleague} to {form.cleaned_data['to']}.")
            return redirect(back)
    context = {"form": form, "colleague": colleague, "mine": colleague == user, "back_url": back}
    context |= {"cases": cases, "staying": list(staying.values_list("reference", flat=True))}
    return render(request, "referrals/hand_over_several.html", context, status=status_of(form))


@needs("referrals.hand_over")
@require_POST
def allocate_ticked(request):
    """Give the cases that are ticked, or the one whose own button was pressed, to a caseworker; then the list again."""
    user, only = request.user, request.POST.get("only", "")
    keys = [only] if only else request.POST.getlist("case")
    to = str(user.pk) if only else request.POST.get("to", "")
    back = request.POST.get("back", "")
    back = redirect(back if is_ours(back) else reverse("home"))
    colleague = next((person for person in coordinators(user.organisation) if str(person.pk) == to), None)
    said = ""
    if not keys:
        said = "Tick the cases that you want to give to somebody, then choose who should have them."
    elif len(keys) > MOST_TICKED:
        said = f"Give at most {MOST_TICKED} cases at a time: those of one page."
    elif colleague is None:
        said = "Choose who should have the cases that you ticked. Nothing was changed."
    if said:
        messages.error(request, said)
        return back
    keys = {key for key in keys if KEY.fullmatch(key)}
    found = list(Referral.objects.visible_to(user, "referrals.hand_over").filter(pk__in=keys))
    try:
        outcome = operations.allocate_many(found, by=user, to=colleague)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return back
    if outcome.done:
        who = "you" if colleague == user else str(colleague)
        which = outcome.done[0].reference if len(outcome.done) == 1 else f"{len(outcome.done)} cases"
        messages.success(request, f"{which} {'is' if len(outcome.done) == 1 else 'are'} with {who} now.")
    for _, why in outcome.refused:
        messages.error(request, why)
    if len(found) < len(keys):
        messages.error(request, "Some of what you ticked is not open to you any more.")
    return back
