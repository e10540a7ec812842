"""What of a request, and of a row, never stands in a log."""

import logging
import re

import psycopg

SECRET = re.compile(r"[\w-]{40,}")  # longer than the key of any row


class WithoutSecrets(logging.Filter):
    """Takes the secret out of an address of which something is logged: a warning of Django's, or an error. Every route
    that opens without an account calls its secret `token` (tests/test_logs.py). Where no route was found, as with a
    full stop after the address or with too much sent to it, whatever is as long as a secret is taken for one."""

    def filter(self, record):
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        token = match.kwargs.get("token") if match else None
        if request and not match:
            self._change(record, lambda said: SECRET.sub("…", said))
        elif token:
            self._change(record, lambda said: said.replace(token, "…"))
        return True

    def _change(self, record, change):
        if isinstance(record.args, tuple):
            record.args = tuple(change(each) if isinstance(each, str) else each for each in record.args)


class WithoutRows(logging.Formatter):
    """Leaves out what PostgreSQL adds to an error in detail: the values of the row that it did not take."""

    def format(self, record):
        record.exc_text = None  # what another handler made of it is not ours, nor ours another's
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei):
        text, error = super().formatException(ei), ei[1]
        seen = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if isinstance(error, psycopg.Error) and error.diag.message_detail:
                text = text.replace(error.diag.message_detail, "…")
            error = error.__cause__ or error.__context__
        return text
