"""What every part of the API of the case is made of: codes, pages by time, files."""

from datetime import datetime, timedelta

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import CursorPagination


class CodeField(serializers.PrimaryKeyRelatedField):
    """A code of a code list, by its code; one that is no longer valid is refused."""

    def __init__(self, model, **kwargs):
        super().__init__(queryset=model.objects, **kwargs)

    def get_queryset(self):
        return super().get_queryset().valid_on(timezone.localdate())

    def to_internal_value(self, data):
        if "\x00" in str(data):
            self.fail("incorrect_type", data_type="text with a NUL")
        read = self.context.get("codes_read")  # by whoever reads many rows at once
        if read is None or not isinstance(data, str):
            return super().to_internal_value(data)
        key = (self.queryset.model, data)
        if key not in read:
            read[key] = super().to_internal_value(data)
        return read[key]


class ByTime(CursorPagination):
    """Pages by a time that is never null; a cursor that holds no time is no page (404)."""

    page_size = 50

    def decode_cursor(self, request):
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None:
            try:
                moment = datetime.fromisoformat(cursor.position)
            except ValueError:
                moment = None
            if moment is None or moment.utcoffset() is None or abs(moment.utcoffset()) > timedelta(hours=15):
                raise NotFound(self.invalid_cursor_message)
        return cursor


class FileOrRefusal(DefaultContentNegotiation):
    """Whoever asks for a PDF alone is not turned away: the file is answered as it is, a refusal in JSON."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
