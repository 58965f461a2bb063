"""What may be done to persons, their consents, and records that may be one person."""

from cohorts.people.rules.consents import give_consent, withdraw_consent
from cohorts.people.rules.identity import HIDDEN, PLAIN, Changed, as_typed
from cohorts.people.rules.pairs import decide_pair, reopen_pair
from cohorts.people.rules.persons import Found, edit_person, find_or_make, full_national_id
from cohorts.people.rules.texts import publish_text

__all__ = [
    "HIDDEN",
    "PLAIN",
    "Changed",
    "Found",
    "as_typed",
    "decide_pair",
    "edit_person",
    "find_or_make",
    "full_national_id",
    "give_consent",
    "publish_text",
    "reopen_pair",
    "withdraw_consent",
]
