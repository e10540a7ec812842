"""Refuses a request that is too large before anything reads it into memory or onto the disk."""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render

MEGABYTE = 1024 * 1024
ROOM_FOR_THE_FORM = MEGABYTE  # what a request may hold besides the one file
# A browser that is refused while it still sends shows an error of its own instead of our page. So what is a little too
# large is read to its end and thrown away, piece by piece; what is larger is cut off.
READ_TO_THE_END = 50 * MEGABYTE
PIECE = 64 * 1024


class RequestSizeMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = _length(request)
        if length <= settings.LARGEST_FILE_MB * MEGABYTE + ROOM_FOR_THE_FORM:
            return self.get_response(request)
        if length <= READ_TO_THE_END:
            while request.read(PIECE):
                pass
        sentence = f"This is {length / MEGABYTE:.0f} MB. A file must be {settings.LARGEST_FILE_MB} MB or smaller."
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": sentence}, status=413)
        return render(None, "413.html", {"sentence": sentence}, status=413)


def _length(request) -> int:
    """What the request says it holds. One that does not say (chunked) is read by Django as empty."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
