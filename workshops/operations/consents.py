"""What stops when somebody no longer agrees to take part."""

from django.utils import timezone

from referrals.models import Consent
from workshops.models import Booking
from workshops.operations.bookings import leave_workshops


def leave_without_consent(case, kind: str, *, by) -> list[str]:
    """Without the consent to take part, the case has no place on a workshop to come and waits for none. A session that
    has started keeps its booking, and waits for its outcome."""
    if kind != Consent.Kind.TAKE_PART:
        return []
    now = timezone.now()
    before = Booking.objects.ahead(now).filter(case=case).count()
    leave_workshops(case, by=by)
    left = before - Booking.objects.ahead(now).filter(case=case).count()
    return [f"{left} workshop booking{'' if left == 1 else 's'} cancelled."] if left else []
