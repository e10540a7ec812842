"""/healthz and /readyz: what a load balancer and an operator ask."""

import pytest
from django.core.cache.backends.redis import RedisCache
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_healthy(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_when_database_redis_and_storage_are(client, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(2):
        page = client.get("/readyz")
    assert page.status_code == 200
    assert page.json() == {"database": "ok", "redis": "ok", "storage": "ok"}


def test_it_is_not_ready_before_the_database_is_migrated(client, monkeypatch):
    applied = MigrationRecorder.applied_migrations

    def one_less(recorder):
        rows = applied(recorder)
        rows.pop(("referrals", "0001_initial"))
        return rows

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", one_less)
    page = client.get("/readyz")
    assert page.status_code == 503
    assert page.json()["database"] == "not ready"


def test_it_says_what_is_away(client, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionError("redis:6379 refused")

    monkeypatch.setattr(RedisCache, "set", away)
    page = client.get("/readyz")
    assert page.status_code == 503
    assert page.json()["redis"] == "ConnectionError"
    assert "6379" not in page.content.decode()
