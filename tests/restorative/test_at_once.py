"""Two people at one process, on a real database."""

import pytest

from audit.trail import Refusal
from referrals.models import Referral
from restorative import operations
from restorative.models import Process
from tests.factories import NOW, make_provider, make_user, make_victim
from tests.waiting import while_another_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_waited_for_a_hand_over_is_told_who_has_the_process_now(process_at, practitioner, provider, officer):
    process = process_at("identified")
    other = make_user("Gil Rao", provider, "practitioner")
    told = while_another_waits(
        lambda: operations.hand_over(Process.objects.get(pk=process.pk), by=officer, practitioner=other),
        lambda: operations.hand_over(Process.objects.get(pk=process.pk), by=officer, practitioner=other),
    )
    assert isinstance(told, Refusal)
    assert told.sentence == "The process is already with Gil Rao."


def test_whoever_waited_for_another_provider_starts_with_its_practitioner(case, practitioner, force, officer):
    elsewhere = make_provider("Restore", serves=[force])
    victim = make_victim(case)
    told = while_another_waits(
        lambda: Referral.objects.filter(pk=case.pk).update(provider=elsewhere),
        lambda: operations.start(case, by=officer, victim=victim, practitioner=practitioner),
    )
    assert isinstance(told, Refusal)
    assert told.sentence == "Femi Ade is not a practitioner of Restore."


def test_a_contact_sent_twice_is_kept_once(process_at, practitioner):
    process = process_at("offered")

    def save(notes="Rang."):
        return operations.record_contact(
            Process.objects.get(pk=process.pk), by=practitioner, party="victim", how="phone", at=NOW, notes=notes
        )

    told = while_another_waits(save, save)
    assert told.sentence == "You have saved this contact already. It stands in the log once."
    assert process.contacts.count() == 1
    save("Rang again.")
    assert process.contacts.count() == 2
