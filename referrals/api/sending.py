"""What the API promises to whoever sends: the same request twice makes one thing, and nobody writes over what they have
not seen."""

import re
from collections.abc import Callable

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import APIException

from audit.once import once

LONGEST_KEY = 80
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A word of your own for this request, such as a UUID. The same request with the same key, within a "
    "week, is answered with what the first one made, and makes nothing more; another request with the same key is "
    "refused (422). Of a refused request the key stays free.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag with which the case was read. If the case was changed since, nothing is done and the answer "
    "is 412, with who changed it, when, and the current version.",
)
IF_MATCH_NEEDED = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description=f"{IF_MATCH.description} Without it: 428."
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=True,
    description="The version of the case, in quotes, for If-Match.",
)


class VersionNeeded(APIException):
    """The request changes something and does not say which version it was read at."""

    status_code = 428
    default_detail = "Send the ETag that the case was read with as If-Match, so that nobody’s change is lost."


def made_once(request, make: Callable, sent: object = None) -> str:
    """The primary key, as text, of what make() makes; of what it made before, if this request came before with the
    same Idempotency-Key. `sent`: what the request says, where that is not request.data (of a file, its digest).

    Let make() check the input too, so that a request that comes again is answered as it was."""
    sent = request.data if sent is None else sent
    made, _ = once(by=request.user, key=key_sent(request), path=request.path, sent=sent, make=make)
    return made


def key_sent(request) -> str:
    """The request's Idempotency-Key; empty where it has none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise serializers.ValidationError({"Idempotency-Key": [f"Use {LONGEST_KEY} characters or fewer."]})
    return key


def version_sent(request, *, needed=False) -> int | None:
    """The version that the request was written for (If-Match: "7"); None where it names none, or any ("*"). A tag that
    is no version of ours matches nothing: -1."""
    sent = request.headers.get("If-Match", "").strip()
    if sent in ("", "*"):
        if needed:
            raise VersionNeeded
        return None
    tag = re.fullmatch(r'"(\d{1,9})"', sent, re.ASCII)
    return int(tag[1]) if tag else -1
