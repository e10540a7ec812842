"""What a suggestion of work may say."""

import re

LINK = re.compile(r"https?:|www\.|\[url|<\s*a\b", re.IGNORECASE)
MOST_LINKS = 1


def links_in(*texts: str) -> int:
    return sum(len(LINK.findall(text)) for text in texts)


def one_line(text: str) -> str:
    """Without line breaks and other signs that nobody sees, so that it can stand anywhere."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
