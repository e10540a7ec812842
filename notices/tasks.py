"""Celery: send what is due, as soon as it is told and every minute; delete what was sent long ago."""

from celery import shared_task

from notices import operations, sending


@shared_task(expires=60)  # beat sends another every minute: a queue that stood still is not made longer
def send_due() -> int:
    return sending.send_due()


@shared_task
def delete_old() -> int:
    return operations.delete_old()
