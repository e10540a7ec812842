"""The guard of pages that are shown without an account.

The secret in the address is the key, so these pages need no cookie and set none. They are kept nowhere.
"""

import logging
from functools import wraps

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError
from rest_framework.throttling import SimpleRateThrottle

from accounts.access import needs
from accounts.roles import PUBLIC

logger = logging.getLogger(__name__)


class _Throttle(SimpleRateThrottle):
    scope = "answers"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def _not_too_often(request):
    """While Redis is away nobody counts, and nobody is turned away: the secret is what guards the page."""
    try:
        return _Throttle().allow_request(request, None)
    except RedisError as error:
        logger.warning("how often a page outside is asked for is not counted: %s", type(error).__name__)
        return True


def outside(view):
    """A public page of a secret address: not too often from one place, kept by nobody, indexed by nobody; the address
    is told neither to other sites nor to the application's log (immediatejustice/logs.py)."""
    answer = require_http_methods(["GET", "HEAD", "POST"])(view)

    @needs(PUBLIC)
    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if _not_too_often(request):
            response = answer(request, *args, **kwargs)
        else:
            response = render(request, "outside/too_many.html", status=429)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded
