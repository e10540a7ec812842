"""Opening a restricted case: whoever may is asked why, once in a session, and the answer goes to the trail with every
reading of it.

Each page that opens a case calls reason_for(); where no reason is known yet that raises ReasonNeeded, for which the
middleware shows a form in place of the page. What was sent to the page is carried through it, so nothing typed is lost.
"""

from django import forms
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from audit.trail import Refusal, record
from govuk.forms import Form
from referrals import lifecycle

SAID = "why_opened"  # in the session: case → reason
FIELD = "reason_to_open"
LONGEST = 500


class ReasonForm(Form):
    reason_to_open = forms.CharField(
        label="Why do you need to open it?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why you need to open this case"},
    )
    mark_optional = False


class ReasonNeeded(Exception):
    """A restricted case is about to be opened, and this session has not said why."""

    def __init__(self, case, form):
        super().__init__(case.reference)
        self.case, self.form = case, form


def reason_for(request, case) -> dict:
    """What the trail says besides of this opening: nothing, or of a restricted case why it is opened. Asks
    (ReasonNeeded) unless this session has said it for this case."""
    if not case.restricted:
        return {}
    said = request.session.get(SAID, {})
    if str(case.pk) not in said:
        form = ReasonForm(request.POST if FIELD in request.POST else None)
        if not form.is_valid():
            raise ReasonNeeded(case, form)
        said = remember(request, case.pk, form.cleaned_data[FIELD])
    return {"reason": said[str(case.pk)]}


def remember(request, pk, reason) -> dict:
    """The session has said why it opens this case."""
    said = {**request.session.get(SAID, {}), str(pk): reason}
    request.session[SAID] = said
    return said


def ask_why(request, form, pk, *, reference="", carried=(), to=""):
    """The form in place of the page. Where the page was only asked for, the answer leads back `to` it; where something
    was sent to it, that is sent again with the answer (`carried`)."""
    context = {"form": form, "case_pk": pk, "reference": reference, "carried": carried, "to": to}
    return render(request, "referrals/reason_to_open.html", context)


def is_ours(address) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, None)


class AskWhyMiddleware:
    """Asks for the reason; and where something was sent to a page that then shows the case, the trail says that it was
    read, as it does of a page that was only asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (sent_to := getattr(request, "sent_to", None)) and response.status_code in (200, 409, 412, 422):
            case, why = sent_to
            record(lifecycle.READ, by=request.user, case=case, **why)
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, ReasonNeeded):
            return None
        case, form = exception.case, exception.form
        if request.method != "POST":
            return ask_why(request, form, case.pk, reference=case.reference, to=request.get_full_path())
        carried = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in (FIELD, "csrfmiddlewaretoken")
        ]
        return ask_why(request, form, case.pk, reference=case.reference, carried=carried)


def reason_in_header(request, case) -> dict:
    """The same for the API, which has no session: every request that opens a restricted case says why in a header.
    Refused without. What does not read the case leaves a trace of the reason here."""
    if not case.restricted:
        return {}
    reason = request.headers.get("X-Reason", "").strip()[:LONGEST]
    if not reason:
        raise Refusal(f"{case.reference} is restricted: say why you open it in the header X-Reason.")
    if request.method != "GET":
        record(lifecycle.READ, by=request.user, case=case, reason=reason)
    return {"reason": reason}
