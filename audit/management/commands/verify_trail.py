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
            self.check(seal, bytes(seal.leaves), before)
            before, reached, entries = bytes(seal.digest), seal.to_txid, entries + seal.entries
        self.stdout.write(
            f"The trail is whole: {entries} entries under seal. Head of the chain: {before.hex() or 'none'}"
        )

    def check(self, seal, sealed, before):
        found = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT feed, id, leaf FROM audit_leaves(%s, %s)", [seal.from_txid, seal.to_txid])
            for feed, pk, leaf in cursor:
                if bytes(leaf) != sealed[found * LEAF : (found + 1) * LEAF]:
                    raise CommandError(
                        f"Broken at {feed} {pk}: it is not what seal {seal.pk} of {seal.at:%-d %B %Y, %H:%M} holds there."
                    )
                found += 1
        if found * LEAF != len(sealed):
            raise CommandError(f"Seal {seal.pk} holds {len(sealed) // LEAF} entries, the trail has {found}.")
        if hashlib.sha256(before + sealed).digest() != bytes(seal.digest):
            raise CommandError(f"Seal {seal.pk} does not match its own digest: the chain was altered.")
