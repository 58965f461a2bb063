"""The parties of an agreement and their signatures (RULES P1, P2, P5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from partnerships.agreements.models import Agreement, AgreementState, Party, PartyRole
from partnerships.agreements.period import digest_of
from partnerships.agreements.rules.life import refuse_locked
from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import find_or_make
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

journal.declare(
    {
        "partnerships:party:add": _l("Partie ajoutée"),
        "partnerships:party:edit": _l("Partie modifiée"),
        "partnerships:party:remove": _l("Partie retirée"),
        "partnerships:party:sign": _l("Signature enregistrée"),
    }
)
PARTY_TERMS = ("role", "cash_mad", "in_kind_mad")
PARTY_FIELDS = (*PARTY_TERMS, "signatory", "capacity")
SIGNING = frozenset({AgreementState.APPROVED})
"""A text is signed once it is approved."""


@acting(Permission.AGREEMENT_WRITE)
def add_party(
    actor: Actor,
    agreement: Agreement,
    organisation: Organisation,
    *,
    role: PartyRole | str,
    signatory: str | None = None,
    capacity: str | None = None,
    cash_mad: int = 0,
    in_kind_mad: int = 0,
) -> Party:
    """Bind one more organisation; contributions in centimes. `signatory` is who is to sign.

    Refused once a party signed (P2), and for an organisation that is party already.
    """
    refuse_locked(agreement, "organisation")
    if any(party.organisation_id == organisation.id for party in agreement.parties):
        raise Refused(
            _("« %(name)s » est déjà partie à cette convention.", name=str(organisation.name)),
            "organisation",
            code="duplicate",
        )
    party = Party(
        organisation=organisation,
        role=PartyRole(role),
        signatory=clean_text(signatory, 200) or None,
        capacity=clean_text(capacity, 200) or None,
        cash_mad=_money(cash_mad, "cash_mad"),
        in_kind_mad=_money(in_kind_mad, "in_kind_mad"),
    )
    agreement.parties.append(party)
    db.session.flush()
    _note_party(actor, "add", party, None, _party_values(party))
    return party


@acting(Permission.AGREEMENT_WRITE)
def add_party_named(
    actor: Actor, agreement: Agreement, *, organisation: Organisation | None, name: str | None, **fields: Any
) -> Party:
    """As `add_party`, with an organisation chosen, or named and then found or made."""
    if organisation is None and not name:
        raise Refused(_("Choisissez un organisme, ou écrivez son nom."), "organisation", code="organisation")
    refuse_locked(agreement, "organisation")
    party = organisation or find_or_make(actor, name=str(name))[0]
    return add_party(actor, agreement, party, **fields)


@acting(Permission.AGREEMENT_WRITE)
def edit_party(actor: Actor, party: Party, **fields: Any) -> Party:
    """Change role, contributions or the expected signatory; terms are locked once a party signed (P2)."""
    before = _party_values(party)
    after = {**before, **fields}
    after["role"] = PartyRole(after["role"])
    for name in ("signatory", "capacity"):
        after[name] = clean_text(after[name], 200) or None
    for name in ("cash_mad", "in_kind_mad"):
        after[name] = _money(after[name], name)
    changed = [name for name in PARTY_FIELDS if after[name] != before[name]]
    if not changed:
        return party
    locked = [name for name in changed if name in PARTY_TERMS or party.signed_on]
    if locked:
        refuse_locked(party.agreement, locked[0])
    for name in changed:
        setattr(party, name, after[name])
    db.session.flush()
    _note_party(actor, "edit", party, before, _party_values(party))
    return party


@acting(Permission.AGREEMENT_WRITE)
def remove_party(actor: Actor, party: Party) -> None:
    """Take a party out of a text that nobody signed; refused while commitments of the agreement name it."""
    agreement = party.agreement
    refuse_locked(agreement, "organisation")
    if any(commitment.party_id == party.id for commitment in agreement.commitments):
        raise Refused(_("Retirez d'abord les engagements de cette partie."), "organisation", code="used")
    before = _party_values(party)
    _note_party(actor, "remove", party, before, None)
    agreement.parties.remove(party)
    db.session.flush()


def sign(
    actor: Actor,
    party: Party,
    *,
    signatory: str,
    capacity: str,
    signed_on: dt.date,
    scope: Scope | None = None,
) -> Party:
    """Record that `party` accepted the text, by whom, in which capacity, on which day (P1, P2, P5).

    Whoever may not approve agreements signs for the organisations of `scope` only. The first signature
    locks the text and keeps its SHA-256. Refused: a text not approved, a day to come, a second signature.
    """
    actor.must(Permission.AGREEMENT_SIGN)
    if not actor.may(Permission.AGREEMENT_APPROVE) and (
        scope is None or party.organisation_id not in scope.organisations
    ):
        raise Refused(_("Vous signez pour votre organisme seulement."), code="own", status=403)
    agreement = party.agreement
    if agreement.state not in SIGNING:
        raise Refused(
            _(
                "On signe une convention approuvée ; celle-ci est dans l'état « %(state)s ».",
                state=agreement.state.label,
            ),
            "signed_on",
            code="state",
        )
    if party.signed_on is not None:
        raise Refused(_("Cette partie a déjà signé."), "signed_on", code="signed")
    if signed_on > clock.today():
        raise Refused(_("La date de signature est à venir."), "signed_on", code="future")
    _set_signature(party, signatory, capacity, signed_on)
    if agreement.text_sha256 is None:
        agreement.text_sha256 = digest_of(agreement)
    db.session.flush()
    noted = {**_party_values(party), "signed_on": party.signed_on, "text_sha256": agreement.text_sha256}
    _note_party(actor, "sign", party, None, noted)
    return party


def _set_signature(party: Party, signatory: str, capacity: str, signed_on: dt.date) -> None:
    name, role = clean_text(signatory, 200), clean_text(capacity, 200)
    if not name:
        raise Refused(_("Indiquez le signataire."), "signatory", code="P1")
    if not role:
        raise Refused(_("Indiquez la qualité du signataire."), "capacity", code="P1")
    party.signatory, party.capacity, party.signed_on = name, role, signed_on


def _money(value: int | None, field: str) -> int:
    if value is not None and value < 0:
        raise Refused(_("Un montant ne peut être négatif."), field, code="amount")
    return value or 0


def _party_values(party: Party) -> dict[str, Any]:
    return {name: getattr(party, name) for name in PARTY_FIELDS}


def _note_party(
    actor: Actor,
    verb: str,
    party: Party,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Parties are told in the history of their agreement, by their organisation."""
    named = {"organisation_id": party.organisation_id}
    journal.record(
        db.session,
        actor,
        f"partnerships:party:{verb}",
        party.agreement,
        before={**named, **before} if before is not None else None,
        after={**named, **after} if after is not None else None,
    )
