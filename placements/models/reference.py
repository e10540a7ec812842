"""The code lists of community work."""

from django.db import models

from referrals.models.reference import Code


class Activity(Code):
    """The kind of work that a site offers."""


class PlacementEndReason(Code):
    """Why a placement ended before its hours were done."""


class AdjustmentReason(Code):
    """Why minutes were added to, or taken from, the account by hand."""

    cap_minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="At most this many minutes a case.")


class NominationDeclineReason(Code):
    """Why work that somebody suggested is not done. The label is what the nominator is told."""


class CourseLeaveReason(Code):
    """Why somebody did not finish a course."""
