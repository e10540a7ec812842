"""Gives each request an id, tells the trail from where it came, and lets nothing of a signed-in person be kept."""

import uuid

from django.conf import settings

from audit.trail import request_context


class RequestContextMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = str(uuid.uuid4())
        token = request_context.set({"request_id": request.id, "ip": client_address(request)})
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        response["X-Request-ID"] = request.id
        if getattr(request, "user", None) and request.user.is_authenticated:
            response["Cache-Control"] = "no-store"  # Back after signing out shows nobody's case
        return response


def client_address(request) -> str | None:
    """The address that our outermost proxy saw; without proxies of ours, the address that connected."""
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            return forwarded[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR") or None
