"""The guard of pages that are shown without an account.

The secret in the address is the key, so these pages need no cookie and set none. They are kept nowhere.
"""

from functools import wraps

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import SimpleRateThrottle

from accounts.access import needs
from accounts.roles import PUBLIC


class _Throttle(SimpleRateThrottle):
    scope = "answers"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def outside(view):
    """A public page of a secret address: not too often from one place, kept by nobody, indexed by nobody; the address
    is told neither to other sites nor to the application's log."""

    @needs(PUBLIC)
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if _Throttle().allow_request(request, None):
            response = view(request, *args, **kwargs)
        else:
            response = render(request, "outside/too_many.html", status=429)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        response._has_been_logged = True  # Django would log the whole address of every error
        return response

    return guarded
