"""The owner of the database, for tests that play somebody with more rights than the application has."""

import psycopg
import pytest
from django.db import connection, connections

from tests.factories import make_force, make_user


@pytest.fixture
def owner(transactional_db):
    """A connection as the owner, on which every statement commits by itself."""
    parameters = connections["owner"].get_connection_params()
    with psycopg.connect(
        host=parameters["host"],
        port=parameters["port"],
        user=parameters["user"],
        password=parameters["password"],
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    ) as owner:
        yield owner


@pytest.fixture
def committed_auditor(transactional_db):
    return make_user("Harry Wood", make_force(), "auditor")
