"""/healthz says that the process answers; /readyz that what it needs does."""

from functools import lru_cache

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse

from accounts.access import needs
from accounts.roles import PUBLIC


@needs(PUBLIC)
def healthz(request):
    return JsonResponse({"status": "ok"})


@needs(PUBLIC)
def readyz(request):
    """200 when the database is there and migrated, Redis answers and files can be stored; else 503 with what is not."""
    checks = {"database": database_is_migrated, "redis": redis_answers, "storage": storage_is_there}
    result = {}
    for name, check in checks.items():
        try:
            result[name] = "ok" if check() else "not ready"
        except Exception as error:  # whatever is wrong, the answer is that it is not ready, and which kind of error
            result[name] = type(error).__name__
    ready = all(value == "ok" for value in result.values())
    return JsonResponse(result, status=200 if ready else 503)


def database_is_migrated():
    return migrations_of_this_release() <= MigrationRecorder(connection).applied_migrations().keys()


@lru_cache
def migrations_of_this_release() -> set:
    """Read from the files once: they do not change while a process runs."""
    return set(MigrationLoader(None).disk_migrations)


def redis_answers():
    cache.set("readyz", "ok", 10)
    return cache.get("readyz") == "ok"


def storage_is_there():
    default_storage.listdir("")
    return True
