"""Celery: seal the trail every minute; forget the keys of requests when they are old."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from audit import once


@shared_task
def seal_trail() -> int:
    """Seal the entries of finished transactions; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_seal_finished()")
        return cursor.fetchone()[0]


@shared_task
def forget_old_keys() -> int:
    return once.forget_old_keys(timezone.now())
