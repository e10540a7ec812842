"""Celery: remind people of tomorrow's work; tell coordinators of papers that run out; answer those who suggested work,
and forget who they were."""

from celery import shared_task
from django.utils import timezone

from placements import operations, sending


@shared_task
def remind_of_work() -> int:
    return operations.remind_of_work(timezone.now())


@shared_task
def tell_of_papers() -> int:
    return operations.tell_of_papers(timezone.now())


@shared_task(expires=60)  # beat sends another every minute
def send_answers() -> int:
    return sending.send_due()


@shared_task
def erase_contacts() -> int:
    return operations.erase_contacts(timezone.now())
