"""Celery: remind officers of questions that wait for an answer; erase what is left of removed documents; forget
files that nobody imported."""

from celery import shared_task
from django.utils import timezone

from referrals import operations, sending
from referrals.importing import operations as importing


@shared_task
def remind_of_questions() -> int:
    return operations.remind_of_all(timezone.now())


@shared_task
def erase_removed_documents() -> int:
    return operations.erase_removed()


@shared_task
def forget_old_files() -> int:
    return importing.forget_old_files(timezone.now())


@shared_task(expires=60)  # beat sends another every minute
def send_messages() -> int:
    return sending.send_due()


@shared_task
def drop_untrue_letters() -> int:
    return operations.drop_untrue_letters(timezone.now())
