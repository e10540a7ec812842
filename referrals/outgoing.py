"""Sets of messages to the people of a case: what waits, what is to be printed, what did not arrive."""

from notices.querysets import OutgoingQuerySet


class MessageQuerySet(OutgoingQuerySet):
    """Messages to the people of a case. A letter is sent by whoever prints it: no worker takes it."""

    def open(self):
        """Neither sent nor given up."""
        return self.filter(sent_at__isnull=True, not_sent_because="")

    def letters_to_print(self):
        return self.open().filter(channel="letter")

    def waiting(self):
        return super().waiting().exclude(channel="letter")

    def in_trouble(self, now):
        return super().in_trouble(now).exclude(channel="letter")
