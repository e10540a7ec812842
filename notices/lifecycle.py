"""What the trail says of notices. That one was sent stands in its row."""

from audit.trail import Kind

CHOSEN = Kind("account.notices_chosen")
SENT_AGAIN = Kind("notice.sent_again")
GIVEN_UP = Kind("notice.given_up")
