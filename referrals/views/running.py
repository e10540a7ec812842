"""Pages of the steps in a case's life after the decision, and of its closing."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import needs
from audit.trail import record
from referrals import facts, lifecycle, operations, rules, words
from referrals.compliance import CONDITIONAL, PROSECUTION
from referrals.forms import deciding as forms
from referrals.models import OverrideRequest, Referral
from referrals.opening import reason_for
from referrals.views.pages import open_case, posted, step_page


@needs("referrals.withdraw")
def withdraw(request, pk):
    case = open_case(request, pk, "referrals.withdraw")
    return step_page(
        request,
        case,
        forms.WithdrawForm(posted(request)),
        lambda reason: operations.withdraw(case, by=request.user, reason=reason),
        title="Withdraw the referral",
        intro="The case is closed for good, unless a manager agrees to reopen it. Everything in it is kept.",
        transition=lifecycle.WITHDRAW,
        done=f"{case.reference} is withdrawn.",
    )


@needs("referrals.triage")
def suspend(request, pk):
    case = open_case(request, pk, "referrals.triage")
    return step_page(
        request,
        case,
        forms.SuspendForm(posted(request)),
        lambda reason: operations.suspend(case, by=request.user, reason=reason),
        title="Suspend the case",
        intro="Nothing new can start in it until it is resumed.",
        transition=lifecycle.SUSPEND,
        done=f"{case.reference} is suspended.",
    )


@needs("referrals.triage")
def resume(request, pk):
    case = open_case(request, pk, "referrals.triage")
    return step_page(
        request,
        case,
        forms.ConfirmForm(posted(request), button="Resume the case"),
        lambda: operations.resume(case, by=request.user),
        title="Resume the case",
        intro="Workshops and community work can go on.",
        transition=lifecycle.RESUME,
        done=f"{case.reference} is active again.",
    )


@needs("referrals.triage")
def complete(request, pk):
    case = open_case(request, pk, "referrals.triage", Referral.objects.with_people().prefetch_related("milestones"))
    return step_page(
        request,
        case,
        forms.ConfirmForm(posted(request), button="Close the case as completed"),
        lambda: operations.complete(case, by=request.user),
        title="Close the case as completed",
        intro="Nothing more can be recorded in it. You will be asked to check for further offences after 3, 6 and 12 "
        "months.",
        transition=lifecycle.COMPLETE,
        done=f"{case.reference} is completed.",
        missing=[rules.NEEDS[milestone] for milestone in facts.missing_to_complete(case)] if case.provider_id else [],
    )


@needs("referrals.triage")
def return_to_officer(request, pk):
    case = open_case(request, pk, "referrals.triage")
    proposed = facts.return_is_proposed(case)
    filled_in = {"reason": "non_compliance", "statement": facts.statement_for_officer(case)} if proposed else {}
    conditional = f" {PROSECUTION}" if case.disposal_id in CONDITIONAL else ""
    return step_page(
        request,
        case,
        forms.ReturnForm(posted(request), initial=filled_in),
        lambda **given: operations.return_to_officer(case, by=request.user, **given),
        title="Return the case to the officer",
        intro=f"The case is closed as not completed, and the officer decides what follows.{conditional}",
        transition=lifecycle.RETURN,
        done=f"{case.reference} is returned to {case.referred_by}.",
    )


@needs("referrals.ask_override")
def ask_override(request, pk):
    case = open_case(request, pk, "referrals.ask_override")
    kind = (
        OverrideRequest.Kind.REOPEN if case.status in lifecycle.CLOSED else OverrideRequest.Kind.PLACE_BEFORE_WORKSHOP
    )
    return step_page(
        request,
        case,
        forms.AskOverrideForm(posted(request)),
        lambda reason: operations.ask_override(case, by=request.user, kind=kind, reason=reason),
        title=f"Ask a manager: {kind.label.lower()}",
        intro="They see this case, without its victims, from the moment you ask.",
        done="A manager is asked.",
    )


@needs("referrals.override")
def decide_override(request, pk):
    """The manager's answer to one request."""
    wanted = get_object_or_404(
        OverrideRequest.objects.visible_to(request.user).select_related("case__participant", "asked_by", "decided_by"),
        pk=pk,
    )
    why = reason_for(request, wanted.case)
    if request.method != "POST":
        record(lifecycle.READ, by=request.user, case=wanted.case, **why)
    return step_page(
        request,
        wanted.case,
        forms.DecideOverrideForm(posted(request)),
        lambda **given: operations.decide_override(wanted, by=request.user, **given),
        title=wanted.get_kind_display(),
        done="Your decision is recorded.",
        wanted=wanted,
    )


@needs("placements.assess")
def take_on(request, pk):
    """Pressed on the case page (no name sent) it is one's own case; the page itself names a colleague."""
    case = open_case(request, pk, "placements.assess")
    form = forms.CaseworkerForm(posted(request), case=case, initial={"caseworker": case.caseworker_id})
    return step_page(
        request,
        case,
        form,
        lambda caseworker: operations.take_on(case, by=request.user, caseworker=caseworker),
        title="Caseworker",
        done=f"{case.reference} has its caseworker.",
    )


@needs("placements.assess")
def first_contact(request, pk):
    case = open_case(request, pk, "placements.assess")
    return step_page(
        request,
        case,
        forms.ContactForm(posted(request)),
        lambda at: operations.record_first_contact(case, by=request.user, at=at),
        title="First contact",
        intro="A conversation with the participant or, for a child, their parent or carer. A message left is none.",
        done="First contact is recorded.",
    )


@needs("referrals.triage")
def check_further_offence(request, pk):
    case = open_case(
        request, pk, "referrals.triage", Referral.objects.with_people().prefetch_related("further_offence_checks")
    )
    return step_page(
        request,
        case,
        forms.FurtherOffenceForm(posted(request), windows=facts.windows_due(case, timezone.localdate())),
        lambda **given: operations.check_further_offence(case, by=request.user, **given),
        title="Further-offence check",
        intro=f"Look in police records for offences after {words.on(case.closed_at)}." if case.closed_at else "",
        done="The check is recorded.",
    )
