"""Sealing the trail, and finding out that somebody altered it."""

import re
import threading
import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Max

from audit import seals, tasks
from audit.models import Change, Event, Seal
from audit.trail import Kind, record
from tests.factories import make_force

pytestmark = pytest.mark.django_db(transaction=True)

SEALED = Kind("test.sealed")


def write_events(number=3):
    for place in range(number):
        record(SEALED, place=place)
    return list(Event.objects.order_by("id"))


def others_have_finished():
    """Waits for older transactions of anybody on this server: what is newer than one still open is not sealed yet."""
    newest = max(feed.objects.aggregate(newest=Max("txid"))["newest"] or 0 for feed in (Event, Change))
    until = time.monotonic() + 120
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > newest:
                return
            assert time.monotonic() < until, "a transaction of somebody else has been open for two minutes"
            time.sleep(0.05)


def seal():
    others_have_finished()
    return tasks.seal_trail()


def verify(capsys):
    call_command("verify_trail")
    return capsys.readouterr().out


def test_it_seals_every_entry_once(capsys):
    make_force()  # a change
    write_events(3)
    assert seal() == 4
    assert seal() == 0
    assert Seal.objects.count() == 1
    write_events(2)
    assert seal() == 2
    first, second = Seal.objects.all()
    assert (second.from_txid, second.entries) == (first.to_txid, 2)
    assert re.search(rf"The trail is whole: 6 entries .*{bytes(second.digest).hex()}", verify(capsys))


def test_an_empty_trail_is_whole(capsys):
    assert seal() == 0
    assert "0 entries under seal. Head of the chain: none" in verify(capsys)


def test_what_a_transaction_still_open_wrote_goes_under_the_next_seal(owner, capsys):
    with owner.transaction():
        owner.execute("SELECT audit_record('alteration', 'test.slow', NULL, '', NULL, '[]', '{}', '', NULL)")
        write_events(2)  # later than the open transaction: they wait for it
        assert tasks.seal_trail() == 0
        assert seals.state().unsealed == 2
    assert seal() == 3
    assert seals.state().unsealed == 0
    assert "3 entries" in verify(capsys)


def test_what_was_rolled_back_is_not_missed(capsys):
    with transaction.atomic():
        write_events(1)
        transaction.set_rollback(True)
    write_events(1)
    assert seal() == 1
    assert "1 entries" in verify(capsys)


def test_two_workers_sealing_at_once_seal_each_entry_once(capsys):
    write_events(50)
    others_have_finished()
    ready, sealed = threading.Barrier(4), []

    def seal_too():
        try:
            ready.wait()
            sealed.append(tasks.seal_trail())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=seal_too) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [0, 0, 0, 50]
    assert "50 entries" in verify(capsys)


@pytest.mark.parametrize("seals_before", [1, 3])
@pytest.mark.parametrize(
    "column", ["data = '{}'", "at = at - interval '1 day'", "actor_name = 'Nobody'", "organisation = 7"]
)
def test_it_names_the_event_that_was_altered(owner, column, seals_before):
    events = []
    for _ in range(seals_before):
        events = write_events(3)
        seal()
    altered = events[-2]
    owner.execute(f"UPDATE audit_event SET {column} WHERE id = %s", [altered.pk])
    owner.execute("UPDATE audit_event SET kind = 'test.other' WHERE id = %s", [events[-1].pk])
    with pytest.raises(CommandError, match=rf"Broken at event {altered.pk}: it is not what seal {seals_before} "):
        call_command("verify_trail")


def test_it_names_the_change_that_was_altered(owner):
    make_force()
    seal()
    change = Change.objects.get()
    owner.execute("""UPDATE audit_change SET new = new || '{"name": "Other"}'""")
    with pytest.raises(CommandError, match=f"Broken at change {change.pk}"):
        call_command("verify_trail")


def test_it_says_where_an_event_was_deleted(owner):
    events = write_events(3)
    seal()
    owner.execute("DELETE FROM audit_event WHERE id = %s", [events[1].pk])
    with pytest.raises(CommandError, match=f"Broken just before event {events[2].pk}: .* is missing"):
        call_command("verify_trail")


def test_it_notices_the_last_event_deleted(owner):
    events = write_events(3)
    seal()
    owner.execute("DELETE FROM audit_event WHERE id = %s", [events[2].pk])
    with pytest.raises(CommandError, match="Seal 1 holds 3 entries, the trail has 2"):
        call_command("verify_trail")


def test_it_notices_an_event_slipped_in_later(owner):
    events = write_events(3)
    seal()
    owner.execute(
        "INSERT INTO audit_event (txid, at, act, kind, actor_name, ids, data, request_id)"
        " SELECT txid, at, act, 'test.forged', actor_name, ids, data, request_id FROM audit_event WHERE id = %s",
        [events[0].pk],
    )
    with pytest.raises(CommandError, match=r"Broken at event \d+|holds 3 entries, the trail has 4"):
        call_command("verify_trail")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE audit_seal SET digest = sha256('x') WHERE id = 1", "Seal 1 does not match its own digest"),
        ("UPDATE audit_seal SET leaves = sha256('x') || substr(leaves, 33) WHERE id = 1", "Broken at event"),
        ("DELETE FROM audit_seal WHERE id = 1", "Seal 2 does not follow the one before"),
    ],
)
def test_it_notices_a_seal_that_was_altered(owner, sql, words):
    for _ in range(2):
        write_events(1)
        seal()
    owner.execute(sql)
    with pytest.raises(CommandError, match=words):
        call_command("verify_trail")


def test_an_altered_event_that_was_sealed_again_breaks_the_chain_after_it(owner):
    """Whoever alters an event and makes its seal fit must make every seal after it fit, and the head changes."""
    for _ in range(2):
        write_events(1)
        seal()
    owner.execute("UPDATE audit_event SET data = '{\"place\": 9}' WHERE id = (SELECT min(id) FROM audit_event)")
    owner.execute(
        "UPDATE audit_seal SET leaves = (SELECT leaf FROM audit_leaves(from_txid, to_txid)),"
        " digest = sha256((SELECT leaf FROM audit_leaves(from_txid, to_txid))) WHERE id = 1"
    )
    with pytest.raises(CommandError, match="Seal 2 does not match its own digest"):
        call_command("verify_trail")


def test_it_refuses_to_seal_where_the_transaction_counter_went_back(owner):
    write_events(1)
    seal()
    owner.execute("UPDATE audit_seal SET to_txid = 4611686018427387904")
    write_events(1)
    with pytest.raises(Exception, match="is behind the last seal") as refused:
        seal()
    assert isinstance(refused.value.__cause__, psycopg.Error)


def test_the_hash_does_not_depend_on_the_time_zone_of_the_session(capsys):
    write_events(2)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'Asia/Tokyo'")
        try:
            assert "2 entries" in verify(capsys)
        finally:
            cursor.execute("SET timezone = 'UTC'")


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_seal_from_an_old_snapshot():
    """A transaction that does not see the last seal would make a second one over the same entries."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(DatabaseError, match="reads what is committed"), transaction.atomic():
            cursor.execute("SELECT audit_seal_finished()")
