"""manage.py demo_signins: who can sign in to the demonstration."""

from django.core.management.base import BaseCommand

from demo import cast


class Command(BaseCommand):
    help = "Prints one sign-in for each role."

    def handle(self, *args, **options):
        self.stdout.write(f"Password of every account: {cast.PASSWORD}\n\n")
        for role, email, name, does in cast.sign_ins():
            self.stdout.write(f"  {email:<34}{name:<20}{role}: {does}")
