"""/healthz says that the process answers; /readyz that what it needs does."""

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
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
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def redis_answers():
    cache.set("readyz", "ok", 10)
    return cache.get("readyz") == "ok"


def storage_is_there():
    default_storage.listdir("")
    return True
