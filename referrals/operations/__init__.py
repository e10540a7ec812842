"""The verbs of a case. Each says what becomes true and what is refused, and leaves its trace in that transaction."""

from referrals.operations.assigning import AT_MOST as ASSIGNED_AT_MOST
from referrals.operations.assigning import assign, assign_many
from referrals.operations.colleagues import name_colleague, remove_colleague
from referrals.operations.documents import (
    BytesLost,
    add_document,
    compare_storage,
    delete_orphans,
    disclose,
    erase_removed,
    may_hide,
    may_remove,
    remove_document,
    show_to_provider,
)
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
from referrals.operations.filters import forget_filter, rename_filter, save_filter
from referrals.operations.linking import link, unlink
from referrals.operations.notes import mark_sensitive, write_note
from referrals.operations.reminding import may_remind_from, remind, remind_of_all
from referrals.operations.restricting import admit, dismiss, lift, restrict
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
from referrals.operations.tasks import add_task, finish_task, reassign, takers, tell_victim
from referrals.operations.triage import accept, answer, ask, decline, withdraw
from referrals.operations.versions import Stale, unchanged_since

__all__ = [
    "ASSIGNED_AT_MOST",
    "BytesLost",
    "Stale",
    "accept",
    "add_document",
    "add_task",
    "admit",
    "answer",
    "ask",
    "ask_override",
    "assign",
    "assign_many",
    "check_further_offence",
    "compare_storage",
    "complete",
    "decide_override",
    "decline",
    "delete_orphans",
    "disclose",
    "dismiss",
    "draft",
    "edit_draft",
    "erase_removed",
    "finish_task",
    "forget_filter",
    "lift",
    "link",
    "lock_for_stage",
    "mark_sensitive",
    "may_hide",
    "may_remind_from",
    "may_remove",
    "name_colleague",
    "reach",
    "reassign",
    "record_adults",
    "record_consents",
    "record_first_contact",
    "record_parent_or_carer",
    "record_victim",
    "remind",
    "remind_of_all",
    "remove_colleague",
    "remove_document",
    "remove_victim",
    "rename_filter",
    "restrict",
    "resume",
    "return_to_officer",
    "save_filter",
    "submit",
    "show_to_provider",
    "suspend",
    "take_on",
    "takers",
    "tell_victim",
    "unchanged_since",
    "unlink",
    "unreach",
    "withdraw",
    "write_note",
]
