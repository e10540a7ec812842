"""manage.py check_documents: are the files in the storage those that the rows name? Every kind of kept file: documents
of cases, papers of sites."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referrals import operations


class Command(BaseCommand):
    help = (
        "Compares the rows of documents, and of papers of sites, with what is stored. Names documents whose file is "
        "missing, and files that belong to no document and are older than a day: left by a process that was killed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--delete", action="store_true", help="erase the files that belong to no document")

    def handle(self, *args, delete, **options):
        erased = operations.erase_removed()
        lost, orphaned = operations.compare_storage(older_than=timezone.now() - timedelta(days=1))
        for name in lost:
            self.stdout.write(f"missing: {name}")
        for name in orphaned:
            self.stdout.write(f"belongs to no document: {name}")
        if delete:
            operations.delete_orphans(orphaned)
        self.stdout.write(
            f"{len(lost)} missing; {len(orphaned)} that belong to no document{', erased' if delete else ''}; "
            f"{erased} of removed documents, erased."
        )
        if lost:
            raise CommandError("Files of documents are missing: restore them from the backup of the files.")
