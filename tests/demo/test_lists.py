"""Every role that signs in finds something of everything to do; another force sees nothing of it."""

import pytest

from accounts.models import User
from demo.cast import sign_ins
from immediatejustice.home import APPS
from referrals.models import Referral
from tests.demo.conftest import NOW

EMAILS = [email for _, email, _, _ in sign_ins()[:-1]]


@pytest.mark.parametrize("email", EMAILS)
def test_no_list_on_the_home_page_is_empty(account, email):
    user = account(email)
    lists = [worklist for app in APPS for worklist in app.worklists(user, NOW)]
    empty = [worklist.title for worklist in lists if not (worklist.count or worklist.rows or worklist.actions)]
    assert lists
    assert not empty


@pytest.mark.parametrize("email", ["officer@northshire.example", "triager@northshire.example"])
def test_the_other_force_sees_only_its_own(account, email):
    user = account(email)
    seen = Referral.objects.visible_to(user)
    assert seen.exists()
    assert not seen.exclude(force=user.organisation).exists()


def test_derbyshire_sees_nothing_of_the_other_force(account):
    seen = Referral.objects.visible_to(account("triager@derbyshire.example"))
    assert not seen.exclude(force__name="Derbyshire Police").exists()


def test_every_role_has_a_sign_in(demonstration):
    assert len({role for role, *_ in sign_ins()}) == 9
    assert User.objects.filter(email__in=[email for _, email, _, _ in sign_ins()]).count() == 9
