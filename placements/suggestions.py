"""What keeps robots away from the page on which anybody suggests work: no account, no cookie, no outside service.

A field that people do not see; a page that says, signed, when it was shown and is used once; limits for each network.
Whoever is taken for a robot gets the page that everybody gets, and nothing is kept but a number.
docs/decisions/0036-suggestions-of-work.md.
"""

import secrets
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from rest_framework.throttling import SimpleRateThrottle

SALT = "placements.suggestions"
TRAP = "subject"  # the field that people do not see
COUNTED_DAYS = 7
REASONS = ("trap", "forged", "fast", "again")


class Robot(Exception):
    """Nobody reads what this one sends; `reason` says what gave it away."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class TooOld(Exception):
    """The page was shown so long ago that it has to be shown again."""


def began(now: datetime) -> str:
    """What the page carries: when it was shown, and a word of its own."""
    return signing.dumps([secrets.token_urlsafe(9), int(now.timestamp())], salt=SALT)


def began_long_enough_ago(now: datetime) -> str:
    """For a page that only has to be sent again: who reads it needs no more time."""
    return began(now - timedelta(seconds=settings.SCHEME["SUGGESTION_SECONDS"][0]))


def look_at(sent, now: datetime) -> str:
    """The word of the page that was sent back. Raises Robot, or TooOld."""
    if sent.get(TRAP):
        raise Robot("trap")
    try:
        word, shown = signing.loads(sent.get("began", ""), salt=SALT)
        took = now.timestamp() - shown
    except (signing.BadSignature, ValueError, TypeError):
        raise Robot("forged") from None
    shortest, longest = settings.SCHEME["SUGGESTION_SECONDS"]
    if took < shortest:
        raise Robot("fast")
    if took > longest:
        raise TooOld
    return word


@contextmanager
def used(word: str):
    """The page is used up, unless what it said is refused and can be mended. Raises Robot where it was used before:
    sent twice, or played back."""
    key = f"suggestion:{word}"
    if not cache.add(key, 1, timeout=settings.SCHEME["SUGGESTION_SECONDS"][1]):
        raise Robot("again")
    try:
        yield
    except BaseException:
        cache.delete(key)
        raise


def count(reason: str, today: date) -> None:
    """One more that was turned away, for the list of suggestions."""
    key = _counter(reason, today)
    cache.add(key, 0, timeout=(COUNTED_DAYS + 1) * 24 * 3600)
    try:
        cache.incr(key)
    except ValueError:  # gone in between
        return


def turned_away(today: date) -> int:
    """How many were, in the last seven days."""
    days = [today - timedelta(days=n) for n in range(COUNTED_DAYS)]
    return sum(cache.get_many([_counter(reason, day) for reason in REASONS for day in days]).values())


def _counter(reason, day) -> str:
    return f"suggestions-turned-away:{reason}:{day}"


class _OfNetwork(SimpleRateThrottle):
    """Counts by network, and keeps no address: a digest of it."""

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": network_of(self.get_ident(request))}


class Tries(_OfNetwork):
    scope = "suggestions"


class Kept(_OfNetwork):
    scope = "suggestions-kept"


def network_of(address: str) -> str:
    """A digest of the network that an address belongs to: all of an IPv6 /64 are one household's."""
    try:
        found = ip_address(address)
        network = str(ip_network((found, 64 if found.version == 6 else 32), strict=False))
    except ValueError:
        network = address[:100]
    return salted_hmac(SALT, network, algorithm="sha256").hexdigest()[:32]
