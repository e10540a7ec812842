"""What both doors do with a refusal: a page shows it on its form, the API answers 409 or 422."""

from contextlib import contextmanager

from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from audit.trail import Refusal


@contextmanager
def refusals_shown_on(form):
    """Put a refusal on the form that asked, beside its field where it names one, so that nothing typed is lost."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        form.refused_with = refusal.status


def status_of(form) -> int:
    """The HTTP status of the page that shows the form again: 409 or 422 after a refusal, else 200."""
    return getattr(form, "refused_with", 200)


def exception_handler(exception, context):
    """DRF's handler, which also turns a Refusal into {"detail": sentence, "field": …} with its status."""
    if isinstance(exception, Refusal):
        body = {"detail": exception.sentence}
        if exception.field:
            body["field"] = exception.field
        if exception.details:
            body["details"] = exception.details
        return Response(body, status=exception.status)
    return drf_exception_handler(exception, context)
