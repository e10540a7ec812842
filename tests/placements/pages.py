"""What every test of a page asks: its address, its words, and dates as the browser posts them."""

import re

from django.urls import reverse


def text_of(response):
    """The page as words."""
    page = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&#x27;", "'")


def day(prefix, when):
    return {f"{prefix}_day": when.day, f"{prefix}_month": when.month, f"{prefix}_year": when.year}


def url(name, *args):
    return reverse(f"placements:{name}", args=[getattr(arg, "pk", arg) for arg in args])
