"""Two presses at once import a file once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from audit.trail import IllegalMove
from referrals.importing import operations
from referrals.models import Referral
from tests.factories import NOW
from tests.referrals.files import row, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_presses_at_once_one_imports(officer):
    with time_machine.travel(NOW, tick=False):
        file, _ = operations.check_file(text_of(row(1), row(2)).encode(), by=officer, name="referrals.csv")
        barrier = Barrier(2)

        def press(_):
            barrier.wait(timeout=10)
            try:
                return operations.import_file(file, by=officer)
            except IllegalMove as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(press, range(2)))
    assert sorted(type(result).__name__ for result in done) == ["IllegalMove", "list"]
    assert Referral.objects.count() == 2
