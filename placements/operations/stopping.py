"""What stops when a consent is withdrawn."""

from django.utils import timezone

from placements import rules
from placements.operations.assessing import age_today
from placements.operations.planning import cancel_planned
from referrals.models import Consent

Kind = Consent.Kind
OF_EVERYBODY = (Kind.TAKE_PART, Kind.SHARE)


def stop_work(case, kind: str, *, by) -> list[str]:
    """Without the consent to take part or to share, and for a child without that of a parent or carer to work or to
    medical treatment, no work is ahead: sessions that have not begun are cancelled, and none can be planned until it is
    given again. One that has begun waits for its outcome; what is credited stays; the placement stays open."""
    of_a_child = kind in rules.CONSENTS_FOR_A_CHILD and rules.is_child(age_today(case))
    if kind not in OF_EVERYBODY and not of_a_child:
        return []
    cancelled = cancel_planned(case.work_sessions.filter(starts_at__gt=timezone.now()), case, by)
    return [f"{cancelled} planned work session{'' if cancelled == 1 else 's'} cancelled."] if cancelled else []
