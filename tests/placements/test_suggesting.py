"""The page on which anybody suggests work: what it takes, and what is tried against it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.models import Change, Event
from placements import suggestions
from placements.models import Nomination
from placements.rules.suggesting import links_in, one_line
from tests.factories import NOW, make_force
from tests.placements.factories import make_nomination
from tests.placements.pages import text_of

pytestmark = pytest.mark.django_db
ADDRESS = "/placements/suggest/"
THANKS = "/placements/suggest/thank-you/"
SAID = {"what": "The path behind the hall is overgrown.", "where": "Church Lane, Ilkeston"}


@pytest.fixture
def phone(provider):
    """A browser that nobody signed in on, and that insists on everything Django checks."""
    return Client(enforce_csrf_checks=True)


def send(phone, *, after=30, began=None, **said):
    """What the form says, so many seconds after the page was shown."""
    with time_machine.travel(NOW, tick=False):
        began = suggestions.began(NOW) if began is None else began
    with time_machine.travel(NOW + timedelta(seconds=after), tick=False):
        return phone.post(ADDRESS, {"began": began, **SAID, **said})


def turned_away(response):
    """Robots see what everybody sees, and nothing is kept."""
    return response.status_code == 302 and response["Location"] == THANKS and not Nomination.objects.exists()


def test_anybody_suggests_work_without_an_account_or_a_cookie(phone, force):
    page = phone.get(ADDRESS)
    html = page.content.decode()
    assert not page.cookies
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "style=" not in html
    assert "csrf" not in html
    assert "call 999" in html
    assert "call 101" in html
    assert "erased 30 days after" in html
    assert 'name="force"' not in html  # one force is served: there is nothing to choose

    sent = send(phone, district="erewash", from_name=" Priya  Nettleford ", from_email="priya@example.org")

    assert (sent.status_code, sent["Location"]) == (302, THANKS)
    assert "Your suggestion has been sent." in text_of(phone.get(THANKS))
    kept = Nomination.objects.get()
    assert (kept.force, kept.what, kept.where) == (force, SAID["what"], SAID["where"])
    assert (kept.from_name, kept.from_email, kept.status) == ("Priya Nettleford", "priya@example.org", "new")


def test_the_trail_holds_neither_who_suggested_it_nor_from_where(phone):
    send(phone, from_name="Priya Nettleford", from_email="priya@example.org")
    event = Event.objects.get(kind="nomination.received")
    assert (event.act, event.ip, event.actor) == ("collection", None, None)
    change = Change.objects.get(table="placements_nomination")
    assert change.new["what"] == SAID["what"]
    assert "Nettleford" not in str(change.new)
    assert "priya" not in str(change.new)


def test_with_two_forces_one_is_chosen(phone, provider, force):
    other = make_force("Northern Police")
    provider.serves.add(other)
    assert "Select" in text_of(send(phone)) or not Nomination.objects.exists()
    assert not Nomination.objects.exists()
    make_force("Nobody’s Police")
    assert "Nobody’s" not in text_of(phone.get(ADDRESS))
    send(phone, force=str(other.pk))
    assert Nomination.objects.get().force == other


def test_where_nobody_arranges_work_nothing_can_be_suggested(provider, phone):
    provider.serves.clear()
    assert phone.get(ADDRESS).status_code == 404


def test_mistakes_are_named_and_what_was_typed_stays(phone):
    page = send(phone, where="", from_email="priya@", who_benefits="Everybody")
    said = text_of(page)
    assert "Enter where it is" in said
    assert "Enter an email address in the form name@example.org" in said
    html = page.content.decode()
    assert SAID["what"] in html
    assert 'value="Everybody"' in html
    assert 'value="priya@"' in html
    assert not Nomination.objects.exists()


# --- robots ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 1, 3])
def test_what_is_sent_faster_than_anybody_types_is_not_kept(phone, after):
    assert turned_away(send(phone, after=after))


def test_mistakes_are_said_however_fast_it_was_sent_and_robots_learn_nothing_from_it(phone):
    page = send(phone, after=1, what="", where="")
    assert (page.status_code, Nomination.objects.count()) == (200, 0)
    assert "Enter what needs doing" in text_of(page)
    assert turned_away(send(phone, after=1, where="", subject="Cheap pills"))
    assert turned_away(send(phone, after=1, where="", began="x"))


def test_four_seconds_are_enough(phone):
    send(phone, after=4)
    assert Nomination.objects.count() == 1


def test_whoever_fills_in_what_people_do_not_see_is_a_robot(phone):
    assert turned_away(send(phone, subject="Cheap pills"))
    html = phone.get(ADDRESS).content.decode()
    assert 'aria-hidden="true"' in html
    assert 'tabindex="-1"' in html


@pytest.mark.parametrize("began", ["", "x", "a:b:c", "\x00", "9" * 100_000])
def test_a_page_that_we_did_not_make_is_not_kept(phone, began):
    assert turned_away(send(phone, began=began))


def test_a_signature_for_something_else_does_not_do(phone):
    from django.core import signing

    assert turned_away(send(phone, began=signing.dumps(["x", int(NOW.timestamp())], salt="another")))
    assert turned_away(send(phone, began=signing.dumps("x", salt=suggestions.SALT)))
    assert turned_away(send(phone, began=signing.dumps(["x", "y"], salt=suggestions.SALT)))


def test_one_page_makes_one_suggestion_however_often_it_is_played_back(phone):
    began = suggestions.began(NOW)
    for number in range(3):
        assert send(phone, began=began, what=f"Paint {number} benches.")["Location"] == THANKS
    assert [each.what for each in Nomination.objects.all()] == ["Paint 0 benches."]


def test_a_refused_page_can_be_mended_and_sent(phone):
    began = suggestions.began(NOW)
    send(phone, began=began, where="")
    send(phone, began=began)
    assert Nomination.objects.count() == 1


def test_a_page_of_yesterday_is_shown_again_with_a_new_start(phone):
    day = 24 * 60 * 60
    page = send(phone, after=day + 1)
    assert "open for more than a day" in text_of(page)
    assert SAID["what"] in page.content.decode()
    assert not Nomination.objects.exists()
    shown_again = page.context["form"].helper.layout.fields[0].value
    with time_machine.travel(NOW + timedelta(seconds=day + 2), tick=False):  # pressed again at once
        phone.post(ADDRESS, {"began": shown_again, **SAID})
    assert Nomination.objects.count() == 1
    Nomination.objects.all().delete()
    send(phone, after=day)
    assert Nomination.objects.count() == 1


def test_how_many_were_turned_away_is_counted_and_forgotten_after_a_week(phone):
    send(phone, after=0)
    send(phone, subject="x")
    send(phone, began="x")
    with time_machine.travel(NOW, tick=False):
        today = NOW.date()
        assert suggestions.turned_away(today) == 3
        assert suggestions.turned_away(today + timedelta(days=6)) == 3
        assert suggestions.turned_away(today + timedelta(days=7)) == 0


def test_the_same_words_again_within_a_day_are_kept_once(phone):
    for after in (10, 20):
        assert send(phone, after=after)["Location"] == THANKS
    assert Nomination.objects.count() == 1
    send(phone, from_email="other@example.org")  # somebody else wants to hear of it
    assert Nomination.objects.count() == 2


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_sixth_suggestion_of_one_network_waits_until_tomorrow_and_keeps_its_words(phone):
    for number in range(5):
        send(phone, what=f"Paint bench {number}.")
    page = send(phone, what="Paint bench 6.")
    assert page.status_code == 429
    assert "came from your network today" in text_of(page)
    assert "Paint bench 6." in page.content.decode()
    assert Nomination.objects.count() == 5
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    send(elsewhere, what="Paint bench 7.")
    assert Nomination.objects.count() == 6


def test_twenty_tries_an_hour_from_one_network(phone):
    statuses = [send(phone, where="").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_a_household_with_many_addresses_is_one_network_and_no_address_is_kept(phone):
    network_of = suggestions.network_of
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("203.0.113.1") != network_of("203.0.113.2")
    assert network_of("no address") != network_of("203.0.113.2")
    send(Client(REMOTE_ADDR="203.0.113.77"))
    kept = [key.decode() for key in cache._cache.get_client().keys("*suggestions*")]
    assert kept
    assert not [key for key in kept if "203.0.113.77" in key]


def test_a_flood_from_everywhere_stops_at_the_day_s_number(phone, force, settings):
    settings.SCHEME = {**settings.SCHEME, "NOMINATIONS_A_DAY": 2}
    for number in range(2):
        make_nomination(force, what=f"Bench {number}", sent_at=NOW)
    page = send(phone)
    assert page.status_code == 429
    assert "More suggestions have come in today" in text_of(page)
    make_nomination(make_force("Northern Police"), sent_at=NOW)
    assert Nomination.objects.count() == 3


# --- what is written in it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("what", "x" * 1001, "1000 characters or fewer"),
        ("where", "x" * 251, "250 characters or fewer"),
        ("from_name", "x" * 121, "120 characters or fewer"),
        ("from_email", f"{'x' * 250}@example.org", "254 characters or fewer"),
        ("what", "a\x00b", "Null characters"),
        ("from_name", "a\x00b", "Null characters"),
        ("from_email", "a@example.org\nBcc: all@example.org", "Enter an email address"),
        ("from_email", "a@example.org, b@example.org", "Enter an email address"),
        ("what", "See http://a.example and www.b.example", "2 web addresses"),
        ("what", "[url=a][/url] <a href=b>", "2 web addresses"),
        ("district", "nowhere", "Select one of the choices"),
        ("where", " \u200b\u202e ", "Enter where it is"),
    ],
)
def test_what_cannot_be_is_refused(phone, field, value, sentence):
    page = send(phone, **{field: value})
    assert page.status_code == 200
    assert sentence in text_of(page)
    assert not Nomination.objects.exists()


def test_a_name_with_line_breaks_stands_on_one_line(phone):
    send(phone, from_name="Priya\r\nBcc: all@example.org", where="Church\nLane")
    kept = Nomination.objects.get()
    assert kept.from_name == "Priya Bcc: all@example.org"
    assert kept.where == "Church Lane"
    assert one_line("a\u202eb\tc\u2028d") == "a b c d"
    assert links_in("HTTPS://a", "nothing", "www.b") == 2


def test_html_stays_text(phone, coordinator, sign_in):
    send(phone, what="<script>alert(1)</script>", where="<img src=x onerror=alert(1)>")
    kept = Nomination.objects.get()
    client = sign_in(coordinator)
    for page in (reverse("placements:nominations"), reverse("placements:nomination", args=[kept.pk])):
        html = client.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_a_megabyte_is_refused_before_it_is_kept(phone):
    assert send(phone, what="x" * 3_000_000).status_code in (400, 413)
    assert not Nomination.objects.exists()


def test_while_redis_is_away_a_suggestion_is_not_taken_and_what_was_typed_stays(phone, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = send(phone)
    assert answer.status_code == 503
    assert "cannot be taken at the moment" in text_of(answer)
    assert SAID["what"] in answer.content.decode()
    assert not Nomination.objects.exists()
