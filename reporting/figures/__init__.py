"""The figures of the scheme. Each function counts in the database what its docstring says; that docstring is the
published definition, and stands beside the figure on every page and in every report.

A force and a Period go in (and `at`, the moment of reading, where a figure depends on what is due by now); numbers or a
frozen dataclass of numbers come out.
"""

from reporting.figures.activity import (
    feedback,
    participants,
    placements,
    programmes,
    restorative_justice,
    work_minutes,
)
from reporting.figures.demand import data_quality, equality, referral_breakdowns, referrals
from reporting.figures.learning import courses, mentoring, qualifications
from reporting.figures.outcomes import completion, further_offences, timeliness
from reporting.figures.shapes import (
    Agreement,
    Breakdown,
    Completion,
    Courses,
    Feedback,
    FurtherOffences,
    Median,
    Mentoring,
    Participants,
    Placements,
    Qualifications,
    Referrals,
    RestorativeJustice,
    Row,
    Share,
    Timeliness,
    Window,
)

__all__ = [
    "Agreement",
    "Breakdown",
    "Completion",
    "Courses",
    "Feedback",
    "FurtherOffences",
    "Median",
    "Mentoring",
    "Participants",
    "Placements",
    "Qualifications",
    "Referrals",
    "RestorativeJustice",
    "Row",
    "Share",
    "Timeliness",
    "Window",
    "completion",
    "courses",
    "data_quality",
    "equality",
    "feedback",
    "further_offences",
    "mentoring",
    "participants",
    "placements",
    "programmes",
    "qualifications",
    "referral_breakdowns",
    "referrals",
    "restorative_justice",
    "timeliness",
    "work_minutes",
]
