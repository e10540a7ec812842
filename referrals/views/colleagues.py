"""Who shares a case: find an officer of one's own force, name them, remove them."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import needs
from accounts.models import User
from audit.doors import refusals_shown_on, status_of
from referrals import operations
from referrals.forms.colleagues import ColleagueForm, FindOfficerForm, officers_of
from referrals.views.pages import open_case

MOST_FOUND = 20


@needs("referrals.refer")
def colleagues(request, pk):
    """The officers named on a case. What is typed to find one goes by POST, so that no address holds it."""
    case = open_case(request, pk, "referrals.refer")
    find = FindOfficerForm(request.POST if "looked_for" in request.POST else None)
    chosen = None
    if "verb" in request.POST:
        naming = request.POST["verb"] == "name"
        # One who left or changed roles can still be removed.
        officers = officers_of(case.force) if naming else User.objects.filter(organisation=case.force)
        chosen = ColleagueForm(request.POST, officers=officers)
        if chosen.is_valid():
            colleague = chosen.cleaned_data["colleague"]
            with refusals_shown_on(chosen):
                if naming:
                    operations.name_colleague(case, by=request.user, colleague=colleague)
                    messages.success(request, f"{colleague} is named on {case.reference} and can see it.")
                else:
                    operations.remove_colleague(case, by=request.user, colleague=colleague)
                    messages.success(request, f"{colleague} is no longer named on {case.reference}.")
                return redirect("referrals:colleagues", pk=case.pk)
    named = list(case.named_officers.all())
    context = {"case": case, "find": find, "chosen": chosen, "named": named, **_found(find, case, named)}
    return render(request, "referrals/colleagues.html", context, status=status_of(chosen))


def _found(find, case, named) -> dict:
    """Each officer found, and what is said instead of a button where they see the case already."""
    if not (find.is_bound and find.is_valid()):
        return {}
    officers = list(find.found(case.force)[: MOST_FOUND + 1])
    on_it = {case.referred_by_id: "Made this referral", **{officer.pk: "Already named" for officer in named}}
    return {
        "searched": True,
        "found": [(officer, on_it.get(officer.pk, "")) for officer in officers[:MOST_FOUND]],
        "too_many": len(officers) > MOST_FOUND,
    }
