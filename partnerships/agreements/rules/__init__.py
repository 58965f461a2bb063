"""Verbs of agreements: draft, name the parties, sign, move, archive (RULES P1, P2, P5)."""

from partnerships.agreements.checks import checks_for_force
from partnerships.agreements.rules.archive import attach
from partnerships.agreements.rules.life import draft, edit, move, refuse_locked
from partnerships.agreements.rules.parties import add_party, add_party_named, edit_party, remove_party, sign

__all__ = [
    "add_party",
    "add_party_named",
    "attach",
    "checks_for_force",
    "draft",
    "edit",
    "edit_party",
    "move",
    "refuse_locked",
    "remove_party",
    "sign",
]
