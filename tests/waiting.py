"""Two people at one row: the second waits for what the first does."""

import threading

from django.db import connection, transaction


def while_another_waits(first, second, then=None):
    """Take the first step and hold its transaction until the second waits for it, then the next one (`then`), in the
    same transaction: what the second came to."""
    outcomes = []

    def run():
        try:
            outcomes.append(second())
        except Exception as raised:
            outcomes.append(raised)
        finally:
            connection.close()

    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    thread = threading.Thread(target=run)
    with transaction.atomic(), connection.cursor() as cursor:
        first()
        thread.start()
        while thread.is_alive():
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same activity for ever
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                break
        if then:
            then()
    thread.join()
    return outcomes[0]
