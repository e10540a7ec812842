"""A client that signs in to the API as another system would: with a token."""

import pytest
from rest_framework.test import APIClient

from tests.factories import PASSWORD


@pytest.fixture
def api_as():
    """api_as(user) → a client that sends that user's token."""

    def signed_in(user):
        client = APIClient()
        answer = client.post("/api/sign-in/", {"email": user.email, "password": PASSWORD}, format="json")
        assert answer.status_code == 200, answer.content
        client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
        return client

    return signed_in
