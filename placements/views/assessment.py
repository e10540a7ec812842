"""The assessment of a participant: read, made, changed."""

from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import needs
from placements import operations, rules
from placements.forms.assessment import AssessmentForm
from placements.operations.assessing import age_today, assessment_as_seen, photos_allowed
from placements.operations.locking import RUNNING
from placements.views import form_page, open_case, posted


def _facts(case, found) -> dict:
    """What the page shows of an assessment."""
    return {
        "assessment": found,
        "never_with": [other.reference for other in found.never_with.all()] if found else [],
        "photos_allowed": photos_allowed(case),
        "child": rules.is_child(age_today(case)),
    }


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
            "may_edit": request.user.may("placements.assess") and case.status in RUNNING,
            **_facts(case, found),
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
        initial = {"never_with": "\n".join(references), "photos_allowed": photos_allowed(case)}
        initial["seen"] = assessment_as_seen(found)
    form = AssessmentForm(
        posted(request),
        instance=found,
        initial=initial,
        user=request.user,
        case=case,
        child=rules.is_child(age_today(case)),
        cancel=reverse("placements:assessment" if found else "referrals:detail", args=[pk]),
    )

    def as_it_stands():
        now = open_case(request, pk, "placements.assess")
        standing = _facts(now, now.assessment)
        return assessment_as_seen(now.assessment), {**standing, "stands": "placements/_assessment_facts.html"}

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
        as_it_stands=as_it_stands if found else None,
    )
