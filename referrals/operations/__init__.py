"""The verbs of a case. Each says what becomes true and what is refused, and leaves its trace in that transaction."""

from referrals.operations.colleagues import name_colleague, remove_colleague
from referrals.operations.drafting import (
    draft,
    edit_draft,
    record_adults,
    record_consents,
    record_parent_or_carer,
    record_victim,
    remove_victim,
    submit,
)
from referrals.operations.running import (
    ask_override,
    check_further_offence,
    complete,
    decide_override,
    lock_for_stage,
    reach,
    record_first_contact,
    resume,
    return_to_officer,
    suspend,
    take_on,
    unreach,
)
from referrals.operations.triage import accept, answer, ask, assign, decline, withdraw

__all__ = [
    "accept",
    "answer",
    "ask",
    "ask_override",
    "assign",
    "check_further_offence",
    "complete",
    "decide_override",
    "decline",
    "draft",
    "edit_draft",
    "lock_for_stage",
    "name_colleague",
    "reach",
    "record_adults",
    "record_consents",
    "record_first_contact",
    "record_parent_or_carer",
    "record_victim",
    "remove_colleague",
    "remove_victim",
    "resume",
    "return_to_officer",
    "submit",
    "suspend",
    "take_on",
    "unreach",
    "withdraw",
]
