"""The assessment of a participant: read, made, changed."""

from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import needs
from placements import operations, rules
from placements.forms import AssessmentForm
from placements.operations.assessing import age_today
from placements.operations.locking import RUNNING
from placements.views import form_page, open_case, posted
from referrals.models import Consent


def _photos_allowed(case) -> bool:
    return case.consents.filter(kind=Consent.Kind.PHOTO, withdrawn_at__isnull=True).exists()


@needs("placements.read")
def assessment(request, pk):
    case = open_case(request, pk)
    found = getattr(case, "assessment", None)
    if found is None and request.user.may("placements.assess"):
        return redirect("placements:assess", pk=pk)
    return render(
        request,
        "placements/assessment.html",
        {
            "case": case,
            "assessment": found,
            "never_with": [other.reference for other in found.never_with.all()] if found else [],
            "photos_allowed": _photos_allowed(case),
            "may_edit": request.user.may("placements.assess") and case.status in RUNNING,
            "child": rules.is_child(age_today(case)),
        },
    )


@needs("placements.assess")
def assess(request, pk):
    """The form of a new assessment, or of changes to the one there is."""
    case = open_case(request, pk, "placements.assess")
    found = getattr(case, "assessment", None)
    initial = {}
    if found:
        references = found.never_with.values_list("reference", flat=True)
        initial = {"never_with": "\n".join(references), "photos_allowed": _photos_allowed(case)}
    form = AssessmentForm(
        posted(request),
        instance=found,
        initial=initial,
        user=request.user,
        case=case,
        child=rules.is_child(age_today(case)),
        cancel=reverse("placements:assessment" if found else "referrals:detail", args=[pk]),
    )

    def step():
        if found:
            return operations.edit_assessment(found, by=request.user, **form.cleaned_data)
        return operations.complete_assessment(case, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        step,
        title="Change the assessment" if found else "Assessment",
        to=reverse("placements:assessment" if found else "referrals:detail", args=[pk]),
        done=lambda _: "Assessment changed." if found else f"Assessment of {case.participant.name} completed.",
        case=case,
    )
