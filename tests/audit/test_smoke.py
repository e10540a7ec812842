import pytest
from django.core.management import call_command
from django.db import ProgrammingError

from audit import tasks
from audit.models import Change, Event


def test_web(officer):
    from audit.trail import Kind, record

    k = Kind("x.y", "hey {a}")
    record(k, by=officer, a=3)
    assert Event.objects.get().data == {"a": 3}
    assert Change.objects.filter(table="accounts_user").exists()
    with pytest.raises(ProgrammingError):
        Event.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_seal(force):
    assert tasks.seal_trail() > 0
    call_command("verify_trail")
