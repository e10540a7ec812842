"""manage.py verify_trail: recompute every seal and name the first entry that is not what was sealed."""

import hashlib

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.models import Seal

LEAF = 32


class Command(BaseCommand):
    help = "Checks the audit trail against its seals and names the first broken entry."

    def handle(self, *args, **options):
        before, reached, entries = b"", 0, 0
        for seal in Seal.objects.order_by("id").iterator(chunk_size=100):
            if seal.from_txid != reached:
                raise CommandError(f"Seal {seal.pk} does not follow the one before: a seal is missing.")
            self.compare(seal, bytes(seal.leaves), before)
            before, reached, entries = bytes(seal.digest), seal.to_txid, entries + seal.entries
        self.stdout.write(
            f"The trail is whole: {entries} entries under seal. Head of the chain: {before.hex() or 'none'}"
        )

    def broken(self, seal, rest, feed, pk, leaf) -> str:
        """Whether the entry itself is not what was sealed, or it is and one that stood before it is gone."""
        under = f"seal {seal.pk} of {seal.at:%-d %B %Y, %H:%M}"
        if leaf in (rest[start : start + LEAF] for start in range(0, len(rest), LEAF)):
            return f"Broken just before {feed} {pk}: an entry that {under} holds there is missing."
        return f"Broken at {feed} {pk}: it is not what {under} holds there."

    def compare(self, seal, sealed, before):
        found = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT feed, id, leaf FROM audit_leaves(%s, %s)", [seal.from_txid, seal.to_txid])
            for feed, pk, leaf in cursor:
                if bytes(leaf) != sealed[found * LEAF : (found + 1) * LEAF]:
                    raise CommandError(self.broken(seal, sealed[found * LEAF :], feed, pk, bytes(leaf)))
                found += 1
        if found * LEAF != len(sealed):
            raise CommandError(f"Seal {seal.pk} holds {len(sealed) // LEAF} entries, the trail has {found}.")
        if hashlib.sha256(before + sealed).digest() != bytes(seal.digest):
            raise CommandError(f"Seal {seal.pk} does not match its own digest: the chain was altered.")
