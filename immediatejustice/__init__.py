"""Settings, addresses and the Celery application: puts the apps together and is imported by none of them."""

from immediatejustice.celery import app as celery_app

__all__ = ["celery_app"]
