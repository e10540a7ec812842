"""What of a request never stands in a log."""

import logging


class WithoutSecrets(logging.Filter):
    """Takes the secret out of an address of which something is logged: a warning of Django's, or an error. Every route
    that opens without an account calls its secret `token` (tests/test_logs.py)."""

    def filter(self, record):
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        token = match.kwargs.get("token") if match else None
        if token and isinstance(record.args, tuple):
            record.args = tuple(each.replace(token, "…") if isinstance(each, str) else each for each in record.args)
        return True
