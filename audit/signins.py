"""Sign-ins, sign-outs and failed attempts go to the trail."""

from audit.trail import Kind, record

SIGNED_IN = Kind("account.signed_in", act="sign_in")
SIGNED_OUT = Kind("account.signed_out", act="sign_in")
FAILED = Kind("account.sign_in_failed", act="sign_in")


def signed_in(sender, request, user, **kwargs):
    record(SIGNED_IN, by=user)


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        record(SIGNED_OUT, by=user)


def failed(sender, credentials, **kwargs):
    record(FAILED, email=str(credentials.get("email") or credentials.get("username") or "")[:254])
