"""Celery: forget what was typed and not saved."""

from celery import shared_task

from accounts import kept


@shared_task
def forget_old_text() -> int:
    """What was typed more than a day ago and not saved is gone; returns of how many forms."""
    return kept.forget_old()
