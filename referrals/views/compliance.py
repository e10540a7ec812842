"""What somebody missed and what follows: evidence, decisions, and the way back to the officer."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs
from audit.trail import record
from govuk.worklists import Action
from referrals import compliance as rules
from referrals import lifecycle, operations
from referrals.forms import compliance as forms
from referrals.letters import letter_pdf
from referrals.lifecycle import CLOSED, Status
from referrals.models import ComplianceEvent
from referrals.operations.noncompliance_letter import written_about
from referrals.views.messages import line_of
from referrals.views.pages import open_case, posted, sent_once, step_page
from referrals.views.tabs import top_of, with_tabs

SHOWN = 100
TAGS = {"upheld": ("Not acceptable", "red"), "excused": ("Acceptable", "green")}


@dataclass(frozen=True)
class Line:
    """One thing missed as the page shows it: its tag, its clock in words, and what may be done."""

    event: ComplianceEvent
    tag: tuple[str, str]
    clock: str
    actions: list[Action]


def proposed():
    """For annotate(return_proposed=…): whether the case is proposed to go back to the officer."""
    return Exists(ComplianceEvent.objects.proposing().filter(case=OuterRef("pk")))


def may_return(case) -> bool:
    """Whether the person who opened the case is to decide on its going back. Reads return_proposed."""
    return case.return_proposed and case.status not in CLOSED and case.may("referrals.triage")


@needs("referrals.note")
def compliance(request, pk):
    """Everything that was missed, the latest first, and whether the case is proposed to go back."""
    today = timezone.localdate()
    case = open_case(request, pk, "referrals.note", with_tabs(request.user).annotate(return_proposed=proposed()))
    events = list(case.compliance_events.select_related("outcome", "decided_by")[: SHOWN + 1])
    context = {
        **top_of(case, "compliance"),
        "lines": [_line(case, event, today) for event in events[:SHOWN]],
        "more": len(events) > SHOWN,
        "shown": SHOWN,
        "kept_open": case.kept_open.select_related("by")[:SHOWN],
        "conditional": rules.PROSECUTION if case.disposal_id in rules.CONDITIONAL else "",
        "proposed": case.return_proposed and case.status not in CLOSED,
        "decides": may_return(case),
    }
    return render(request, "referrals/compliance.html", context)


def _line(case, event, today):
    if event.lapsed_at:
        return Line(event, ("Corrected", "grey"), "", [])
    if event.decision:
        return Line(event, TAGS[event.decision], "", [])
    came = event.evidence_at is not None
    ready = rules.may_be_decided(evidence_came=came, evidence_by=event.evidence_by, today=today)
    clock = rules.clock_in_words(evidence_came=came, evidence_by=event.evidence_by, today=today)
    actions = []
    if case.may("referrals.comply") and case.status not in CLOSED:
        here = [case.pk, event.pk]
        actions = [
            Action("Record what they said", reverse("referrals:record_evidence", args=here)),
            Action("Decide", reverse("referrals:decide_compliance", args=here)),
        ]
    return Line(event, ("To decide", "orange") if ready else ("Waiting for evidence", "blue"), clock, actions)


def _event_of(case, pk):
    return get_object_or_404(case.compliance_events.select_related("outcome", "decided_by"), pk=pk)


def _facts(event):
    told = "Nobody wrote to them"
    if message := written_about(event):
        line = line_of(message, timezone.now())
        told = f"{message.get_channel_display()}: {line.tag[0].lower()}. {line.words}".strip()
    return {
        "What happened": event.outcome.label,
        "On": event.happened_on,
        "Evidence by the end of": event.evidence_by,
        "They were asked why": told,
        "What they said": event.evidence or "Nothing yet",
    }


@needs("referrals.comply")
def record_evidence(request, pk, event_pk):
    case = open_case(request, pk, "referrals.comply")
    event = _event_of(case, event_pk)
    form = forms.EvidenceForm(posted(request))
    return step_page(
        request,
        case,
        form,
        lambda **given: sent_once(
            request, form, lambda **given: operations.record_evidence(event, by=request.user, **given)
        ),
        title="What they said or showed",
        facts=_facts(event),
        done="What they said is saved.",
        then="referrals:compliance",
    )


@needs("referrals.comply")
def decide_compliance(request, pk, event_pk):
    case = open_case(request, pk, "referrals.comply")
    event = _event_of(case, event_pk)
    waited = rules.may_be_decided(
        evidence_came=event.evidence_at is not None, evidence_by=event.evidence_by, today=timezone.localdate()
    )
    return step_page(
        request,
        case,
        forms.DecideComplianceForm(posted(request), waited=waited),
        lambda **given: operations.decide_compliance(event, by=request.user, **given),
        title="Decide on what was missed",
        facts=_facts(event),
        intro="If it is not acceptable, the officer is told. The second within 12 months proposes that the case goes "
        "back to the officer.",
        done="Your decision is saved.",
        then="referrals:compliance",
    )


@needs("referrals.triage")
def keep_open(request, pk):
    case = open_case(request, pk, "referrals.triage")
    return step_page(
        request,
        case,
        forms.KeepOpenForm(posted(request)),
        lambda reason: operations.keep_open(case, by=request.user, reason=reason),
        title="Keep the case open",
        intro="It goes on as it is. If something more is missed without a good reason, you are asked again.",
        done=f"{case.reference} stays open.",
        then="referrals:compliance",
    )


@needs("referrals.note")
@require_safe
def return_statement(request, pk):
    """The statement for the officer as a PDF."""
    case = open_case(request, pk, "referrals.note")
    if case.status != Status.RETURNED or not case.return_statement:
        raise Http404
    record(lifecycle.STATEMENT_DISCLOSED, by=request.user, case=case)
    context = {
        "title": "Returned to the officer",
        "force": case.force,
        "reference": case.reference,
        "day": timezone.localdate(case.closed_at),
        "case": case,
        "blocks": [block.splitlines() for block in case.return_statement.split("\n\n")],
    }
    response = HttpResponse(letter_pdf("letters/statement.html", context), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{case.reference.replace("/", "-")}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
