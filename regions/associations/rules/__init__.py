"""Verbs of the registry: register, edit, declare, bureau, dossier, suspected duplicates (RULES A2–A5)."""

from regions.associations.rules.bureau import add_document, change_mandate, end_mandate
from regions.associations.rules.keys import compared, complete_keys, rebuild_keys, stale_keys
from regions.associations.rules.registry import (
    Desk,
    ask_check,
    edit_association,
    find_or_declare,
    may_edit,
    may_edit_all,
    register_association,
    settle_check,
)
from regions.associations.rules.suspicions import Blocks, Suspected, decide_distinct, detect, reopen
from regions.associations.rules.words import rebuild_words, stale_words, write_words

__all__ = [
    "Blocks",
    "Desk",
    "Suspected",
    "add_document",
    "ask_check",
    "change_mandate",
    "compared",
    "complete_keys",
    "decide_distinct",
    "detect",
    "edit_association",
    "end_mandate",
    "find_or_declare",
    "may_edit",
    "may_edit_all",
    "rebuild_keys",
    "rebuild_words",
    "register_association",
    "reopen",
    "settle_check",
    "stale_keys",
    "stale_words",
    "write_words",
]
