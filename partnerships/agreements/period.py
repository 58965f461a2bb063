"""When an agreement carries activities: from its last signature to its end, once in force (RULES P1, C3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from partnerships.agreements.models import Agreement, AgreementState

EFFECTIVE = frozenset(
    {
        AgreementState.IN_FORCE,
        AgreementState.SUSPENDED,
        AgreementState.EXPIRED,
        AgreementState.CLOSING,
        AgreementState.CLOSED,
        AgreementState.TERMINATED,
    }
)
"""States of an agreement that is or was in force: what it carried stays carried."""


OVER = frozenset({AgreementState.CANCELLED, AgreementState.CLOSED, AgreementState.TERMINATED})
"""States after which nothing of an agreement changes."""


def is_text_open(agreement: Agreement) -> bool:
    """Whether its terms may change: nobody signed them, they are not approved, and it is not over (P2)."""
    return (
        agreement.text_sha256 is None
        and agreement.state is not AgreementState.APPROVED
        and agreement.state not in OVER
    )


def last_signature(agreement: Agreement) -> dt.date | None:
    """The day of the last signature, None while a party has not signed."""
    days = [party.signed_on for party in agreement.parties]
    return max(days) if days and None not in days else None  # type: ignore[type-var]


def effective_on(agreement: Agreement) -> dt.date | None:
    """The day from which it has, or would have, effect: its last signature, or `starts_on` where later."""
    signed = last_signature(agreement)
    return max(signed, agreement.starts_on) if signed else None


def effective_period(agreement: Agreement) -> tuple[dt.date, dt.date] | None:
    """First and last day of effect, both included; None while it never was in force (RULES P1).

    It ends with `ends_on`, on the day a termination took effect, or on the eve of a suspension: what was
    done before stays carried. A suspension that is lifted leaves no gap. None too where it was stopped
    before its first day.
    """
    start = effective_on(agreement)
    if start is None or agreement.state not in EFFECTIVE:
        return None
    end = min(agreement.ends_on, agreement.ended_on) if agreement.ended_on else agreement.ends_on
    return (start, end) if start <= end else None


def text_of(agreement: Agreement) -> str:
    """The agreed terms in a canonical form: what a signature binds and the printed SHA-256 is taken of (P2)."""
    terms = {
        "reference": agreement.reference,
        "kind": agreement.kind.value,
        "title_ar": agreement.title_ar,
        "title_fr": agreement.title_fr,
        "region": agreement.region_id,
        "parent": agreement.parent_id,
        "starts_on": agreement.starts_on.isoformat(),
        "ends_on": agreement.ends_on.isoformat(),
        "parties": sorted(
            [party.organisation_id, party.role.value, party.cash_mad, party.in_kind_mad]
            for party in agreement.parties
        ),
        "commitments": sorted(_owed(agreement), key=json.dumps),
    }
    return json.dumps(terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _owed(agreement: Agreement) -> list[list[str | int | None]]:
    """What the parties owe; a party by its organisation, as ids of rows say nothing to who reads the text."""
    organisations = {party.id: party.organisation_id for party in agreement.parties}
    return [
        [
            organisations.get(one.party_id),
            one.article,
            one.text_ar,
            one.text_fr,
            one.due_on.isoformat(),
            one.measure,
            one.quantity,
        ]
        for one in agreement.commitments
    ]


def digest_of(agreement: Agreement) -> str:
    """SHA-256 of `text_of`, as 64 hexadecimal digits."""
    return hashlib.sha256(text_of(agreement).encode()).hexdigest()
