"""The secrets in the addresses that open without an account."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """256 random bits, as an address can hold them."""
    return secrets.token_urlsafe(32)


def token_of(seed: str) -> str:
    """As random as its seed, and the same for the same seed: for a request that comes twice and must be told the same
    secret. The seed alone tells nothing; it takes the key of the installation as well."""
    return urlsafe_b64encode(salted_hmac("referrals.tokens", seed, algorithm="sha256").digest()).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What the database keeps of a secret."""
    return sha256(token.encode()).hexdigest()
