"""Celery: seal the trail every minute."""

from celery import shared_task
from django.db import connection


@shared_task
def seal_trail() -> int:
    """Seal the entries of finished transactions; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_seal_finished()")
        return cursor.fetchone()[0]
