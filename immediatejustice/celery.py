"""The Celery application. Tasks live in each app's tasks.py; the beat schedule is in settings.py."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "immediatejustice.settings")

app = Celery("immediatejustice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_site_does(**kwargs):
    """Celery would set up logs of its own, with whatever PostgreSQL says of a row in them."""
    dictConfig(settings.LOGGING)
