"""The secrets in the addresses that open without an account."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """256 random bits, as an address can hold them."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the database keeps of a secret."""
    return sha256(token.encode()).hexdigest()
