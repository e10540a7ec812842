"""The test database, its two roles, and the cast.

Tests run as the application does: on the connection `default`, whose role may not change the trail or the schema. The
database itself is made and cleaned by `owner`.
"""

import gc
import os
import uuid

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase

from tests import factories

# Code lists come from migrations; every other table is emptied after a test that commits.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def pytest_configure(config):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def pytest_collection_finish(session):
    """What is loaded by now stays to the end: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, django_db_keepdb, django_db_createdb):
    """Make the test database as its owner; the application's role then connects to it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"{os.environ.get('TEST_DATABASE_NAME', 'test_immediatejustice')}{'_' + worker if worker else ''}"
    for alias in ("default", "owner"):
        connections[alias].settings_dict["TEST"]["NAME"] = name
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        owner, web = connections["owner"], connections["default"]
        before = web.settings_dict["NAME"]
        owner.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep)
        web.close()
        web.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        yield
        web.close()
        web.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before
        owner.creation.destroy_test_db(settings.DATABASES["owner"]["NAME"], verbosity=0, keepdb=keep)


def empty_tables(testcase):
    """After a test that commits: the owner empties every table that is not a code list."""
    from referrals.models.reference import Code

    codes = {model._meta.db_table for model in apps.get_models() if issubclass(model, Code)}
    parameters = connections["owner"].get_connection_params()
    with psycopg.connect(
        host=parameters["host"],
        port=parameters["port"],
        user=parameters["user"],
        password=parameters["password"],
        dbname=connections["default"].settings_dict["NAME"],
    ) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = {name for (name,) in rows} - KEPT - codes
        owner.execute(f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY")


TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(autouse=True)
def private_files_and_cache(settings, tmp_path):
    """What a test stores in files and in the cache (limits on attempts, too) is its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}


# --- the cast -------------------------------------------------------------------------------------------------------


@pytest.fixture
def force(db):
    """Derbyshire Police."""
    return factories.make_force()


@pytest.fixture
def provider(force):
    """Remedi, which serves Derbyshire."""
    return factories.make_provider(serves=[force])


@pytest.fixture
def officer(force):
    """PC Amir Khan refers people."""
    return factories.make_user("Amir Khan", force, "referrer", collar_number="2214", team="Ilkeston SNT")


@pytest.fixture
def other_officer(force):
    """PC Beth Lowe is of the same force, on another team."""
    return factories.make_user("Beth Lowe", force, "referrer", collar_number="3301", team="Buxton SNT")


@pytest.fixture
def triager(force):
    """Carol Finch decides about referrals."""
    return factories.make_user("Carol Finch", force, "triager")


@pytest.fixture
def facilitator(force):
    """Dev Patel runs workshops."""
    return factories.make_user("Dev Patel", force, "facilitator")


@pytest.fixture
def coordinator(provider):
    """Ellen Marsh arranges community work."""
    return factories.make_user("Ellen Marsh", provider, "coordinator")


@pytest.fixture
def practitioner(provider):
    """Femi Ade brings victims and participants together."""
    return factories.make_user("Femi Ade", provider, "practitioner")


@pytest.fixture
def manager(force):
    """Grace Hill answers for the figures."""
    return factories.make_user("Grace Hill", force, "manager")


@pytest.fixture
def auditor(force):
    """Harry Wood watches the trail."""
    return factories.make_user("Harry Wood", force, "auditor")


@pytest.fixture
def administrator(force):
    """Iris Cole makes accounts."""
    return factories.make_user("Iris Cole", force, "administrator")


@pytest.fixture
def outsider(db):
    """Oscar Reed holds every role, in another force."""
    return factories.make_outsider()


@pytest.fixture
def sign_in(client):
    """sign_in(user) → a test client with that user's session."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in
