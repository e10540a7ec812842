"""manage.py load_demo: fill an empty database with the demonstration."""

import time
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from demo import cast, ending, files, load
from demo.plan import EARLIEST_TODAY, LATEST_TODAY
from demo.story import Labels
from referrals.models import Referral
from reporting.operations import request_report
from reporting.periods import Period

# The trail's past is written by its owner: the application's role could not, and should not.
OWNER = "owner"


class Command(BaseCommand):
    requires_system_checks = []  # the pages may be broken; the rows are not
    help = "Loads fictional people and cases, from which the published figures follow, into a database without cases."

    def add_arguments(self, parser):
        parser.add_argument(
            "--today", type=date.fromisoformat, help="The day as of which things stand (YYYY-MM-DD). Default: today."
        )

    def handle(self, *args, today=None, **options):
        today = today or timezone.localdate()
        if not EARLIEST_TODAY <= today <= LATEST_TODAY:
            raise CommandError(f"Give a day from {EARLIEST_TODAY} to {LATEST_TODAY}: {today} is outside.")
        if OWNER not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL: the past of the trail is written by the owner of the database.")
        if User.objects.using(OWNER).filter(email=cast.MARK).exists():
            self.stdout.write("The demonstration is already loaded. Nothing was changed.")
            return
        if Referral.objects.using(OWNER).exists():
            raise CommandError("This database has cases already. Load the demonstration into an empty one.")
        started = time.monotonic()
        book = load.make(today, Labels(OWNER))
        made = time.monotonic()
        self.stdout.write(f"Made as of {today} in {made - started:.1f} s. Checksum of the content: {book.checksum()}")
        with transaction.atomic(using=OWNER):
            written = book.save(OWNER, self.stdout.write if options["verbosity"] > 0 else lambda text: None)
        with connections[OWNER].cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{written:,} rows written in {time.monotonic() - made:.1f} s")
        self.ask_for_reports(today)
        self.stdout.write(f"{files.add()} documents added")
        reports, own_page = ending.tell()
        self.stdout.write(f"{reports} reports on community work made. A participant’s own page: {own_page}")

    def ask_for_reports(self, today):
        """The published half-year and the last quarter, as their manager asks for them: a worker makes them."""
        manager = User.objects.get(email=cast.MANAGER)
        for period in (Period.half_year(2024, 1), Period.quarter_of(min(today, timezone.localdate())).previous()):
            report = request_report(period, by=manager)
            self.stdout.write(f"Asked for the report of {report}")
