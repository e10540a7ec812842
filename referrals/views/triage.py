"""The triage team's pages: the rules beside the person's facts, and the three answers."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from audit.trail import Refusal
from referrals import facts, lifecycle, operations, rules, words
from referrals.forms import deciding as forms
from referrals.history import history_of
from referrals.lifecycle import Status
from referrals.models import Query, Referral
from referrals.views.pages import open_case, posted, step_page
from referrals.views.sections import age_of

QUERIES = Prefetch("queries", Query.objects.select_related("asked_by", "answered_by"))


def decision_rows():
    return (
        Referral.objects.with_people()
        .select_related("parent_or_carer", "assigned_to")
        .prefetch_related(QUERIES, "victims__person", "victims__wish")
    )


def _decide(request, case, form, step, *, current, title, done, transition):
    """One of the three answers, beside what it is decided on."""
    now = timezone.now()
    findings = rules.eligibility(facts.facts_of(case, now))
    tabs = (("accept", "Accept"), ("decline", "Decline"), ("ask", "Ask the officer"))
    return step_page(
        request,
        case,
        form,
        step,
        title=title,
        done=done,
        transition=transition,
        template="referrals/decision_form.html",
        findings=findings,
        rules_caption=_of_the_rules(findings),
        clock=facts.triage_clock(case, now),
        age=age_of(case, timezone.localdate(case.submitted_at)),
        history=history_of(case, request.user),
        where_and_when=_where_and_when(case),
        gravity=words.gravity(case.gravity_score) if case.gravity_score else "",
        own=case.referred_by_id == request.user.pk,
        thread=words.thread(case.queries.all()),
        tabs=[
            {"text": text, "href": reverse(f"referrals:{verb}", args=[case.pk]), "current": verb == current}
            for verb, text in tabs
            if verb == "decline" or case.status != Status.QUERIED
        ],
    )


def _of_the_rules(findings):
    unmet = sum(finding.blocks for finding in findings)
    return f"{unmet} of {len(findings)} rules not met" if unmet else f"All {len(findings)} rules are met"


def _where_and_when(case):
    when = f"{timezone.localtime(case.offence_at):%-d %B %Y, %H:%M}" if case.offence_at else ""
    return ", ".join(filter(None, [case.place, case.district.label, when]))


@needs("referrals.triage")
def accept(request, pk):
    case = open_case(request, pk, "referrals.triage", decision_rows())
    return _decide(
        request,
        case,
        forms.AcceptForm(posted(request), case=case),
        lambda **given: operations.accept(case, by=request.user, **given),
        current="accept",
        title="Accept",
        transition=lifecycle.ACCEPT,
        done=f"{case.reference} is accepted. The provider sees it now.",
    )


@needs("referrals.triage")
def decline(request, pk):
    case = open_case(request, pk, "referrals.triage", decision_rows())
    return _decide(
        request,
        case,
        forms.DeclineForm(posted(request)),
        lambda **given: operations.decline(case, by=request.user, **given),
        current="decline",
        title="Decline",
        transition=lifecycle.DECLINE,
        done=f"{case.reference} is declined. The officer sees the reason.",
    )


@needs("referrals.triage")
def ask(request, pk):
    case = open_case(request, pk, "referrals.triage", decision_rows())
    return _decide(
        request,
        case,
        forms.AskForm(posted(request)),
        lambda **given: operations.ask(case, by=request.user, **given),
        current="ask",
        title="Ask the officer",
        transition=lifecycle.QUERY,
        done=f"{case.referred_by} is asked. The clock stands still until they answer.",
    )


@needs("referrals.triage")
def assign(request, pk):
    case = open_case(request, pk, "referrals.triage")
    return step_page(
        request,
        case,
        forms.AssignForm(posted(request), case=case, initial={"to": case.assigned_to_id or request.user.pk}),
        lambda to: operations.assign(case, by=request.user, to=to),
        title="Assign the referral",
        done=f"{case.reference} is assigned.",
    )


@needs("referrals.refer")
def answer(request, pk):
    case = open_case(request, pk, "referrals.refer", Referral.objects.with_people().prefetch_related(QUERIES))
    earlier = [query for query in case.queries.all() if query.answered_at]
    return step_page(
        request,
        case,
        forms.AnswerForm(posted(request)),
        lambda text: operations.answer(case, by=request.user, text=text),
        title="Answer the triage team",
        transition=lifecycle.ANSWER,
        done=f"Your answer is with the triage team. {case.reference} waits for their decision.",
        question=next((query for query in case.queries.all() if query.answered_at is None), None),
        thread=words.thread(earlier),
    )


@needs("referrals.triage")
@require_POST
def remind(request, pk):
    case = open_case(request, pk, "referrals.triage")
    try:
        operations.remind(case, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{case.referred_by} is reminded of the question.")
    return redirect("referrals:detail", pk=case.pk)
