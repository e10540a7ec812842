"""Celery: remind people of tomorrow's workshops."""

from celery import shared_task
from django.utils import timezone

from workshops.operations import telling


@shared_task
def remind_of_workshops() -> int:
    return telling.remind(timezone.now())
