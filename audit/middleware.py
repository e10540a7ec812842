"""Gives each request an id, and tells the trail from where it came."""

import uuid

from audit.trail import request_context


class RequestContextMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = str(uuid.uuid4())
        token = request_context.set({"request_id": request.id, "ip": request.META.get("REMOTE_ADDR") or None})
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        response["X-Request-ID"] = request.id
        return response
