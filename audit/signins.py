"""Sign-ins, sign-outs, failed attempts and new passwords go to the trail; a password never does."""

from knox.models import AuthToken

from audit.trail import Kind, record

SIGNED_IN = Kind("account.signed_in", act="sign_in")
SIGNED_OUT = Kind("account.signed_out", act="sign_in")
FAILED = Kind("account.sign_in_failed", act="sign_in")
PASSWORD_SET = Kind("account.password_set")


def signed_in(sender, request, user, **kwargs):
    record(SIGNED_IN, by=user)


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        record(SIGNED_OUT, by=user)


def failed(sender, credentials, **kwargs):
    record(FAILED, email=str(credentials.get("email") or credentials.get("username") or "")[:254])


def password_set(sender, request, user, **kwargs):
    """Whoever knew the old password is signed out of the API, too."""
    AuthToken.objects.filter(user=user).delete()
    record(PASSWORD_SET, by=user)
