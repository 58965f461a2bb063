"""What the pages of agreements show, put together from the queries; templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import url_for

from partnerships.agreements import alerts, queries, rules
from partnerships.agreements.drawing import line_of
from partnerships.agreements.forms import SignForm
from partnerships.agreements.history import told
from partnerships.agreements.models import (
    FORWARD,
    MOVES,
    Agreement,
    AgreementKind,
    AgreementState,
    CommitmentState,
    Party,
)
from partnerships.agreements.period import OVER, digest_of, effective_on, effective_period, is_text_open
from partnerships.agreements.rules.parties import PARTY_FIELDS, SIGNING
from partnerships.commitments.queries import has_signed_text
from partnerships.commitments.standing import measurable, standings
from partnerships.organisations import queries as organisations
from programme.base import clock
from programme.base.access import Actor, Permission, Scope
from programme.base.files import StoredFile
from programme.base.language import gettext as _
from programme.base.states import moves_from
from programme.base.told import Told
from regions.geography import queries as geography

NATIONAL = "00"
"""In the address, the region of agreements that have none."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A link that filters, or a next step: what the macros of lists and records want."""

    label: str
    href: str
    active: bool = False
    count: int | None = None
    confirm: str = ""
    method: str = "post"
    main: bool = False
    tone: str = ""


def register(scope: Scope, asked: Mapping[str, str]) -> dict[str, Any]:
    """The register under the filters of the address; unknown values are as if they were not there."""
    regions = geography.regions(scope)
    kept = {
        "q": asked.get("q", "")[:200].strip() or None,
        "kind": asked.get("kind") if asked.get("kind") in list(AgreementKind) else None,
        "state": asked.get("state") if asked.get("state") in list(AgreementState) else None,
        "region": asked.get("region")
        if asked.get("region") in {NATIONAL, *(r.code for r in regions)}
        else None,
    }
    region_id = next((r.id for r in regions if r.code == kept["region"]), None)
    filters = queries.Filters(
        kept["q"], kept["kind"], kept["state"], region_id, is_national=kept["region"] == NATIONAL
    )
    after = asked.get("after", "")
    rows = queries.agreements(scope, filters, int(after) if after.isdecimal() and len(after) < 10 else None)
    today = clock.today()
    return {
        "rows": [(one, alerts.alert_of(one, today)) for one in rows[: queries.PAGE]],
        "older": _address(kept, after=rows[queries.PAGE - 1].id) if len(rows) > queries.PAGE else None,
        "newer": _address(kept) if after else None,
        "chips": _chips(kept, queries.count_by_state(scope, filters)),
        "clear": url_for(".index") if any(kept.values()) else None,
        "kept": kept,
        "kinds": AgreementKind.options(),
        "regions": [(NATIONAL, _("Nationales")), *((r.code, str(r.name)) for r in regions)],
        "alert_count": len(alerts.alerts(scope, today)),
    }


def _address(kept: Mapping[str, Any], **changes: Any) -> str:
    return url_for(".index", **{key: value for key, value in {**kept, **changes}.items() if value})


def _chips(kept: Mapping[str, Any], counts: Mapping[AgreementState, int]) -> list[Chip]:
    return [
        Chip(
            str(state.label),
            _address(kept, state=None if kept["state"] == state else state.value),
            kept["state"] == state,
            counts.get(state, 0),
        )
        for state in AgreementState
        if counts.get(state) or kept["state"] == state
    ]


def offers(
    scope: Scope, agreement: Agreement | None = None
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Regions and parents that may be chosen for an agreement."""
    written = Scope(regions=scope.regions)
    regions = [(one.id, str(one.name)) for one in geography.regions(written)]
    return regions, queries.parents_for(scope, agreement)


def fact_sheet(actor: Actor, scope: Scope, agreement: Agreement) -> dict[str, Any]:
    """Everything on the page of one agreement."""
    commitments = sorted(agreement.commitments, key=lambda one: (one.due_on, one.id))
    standing, today = standings(commitments), clock.today()
    kept = {number for number, one in standing.items() if one.state is CommitmentState.KEPT}
    return {
        "agreement": agreement,
        "moves": _moves(actor, agreement),
        "alert": alerts.alert_of(agreement, today),
        "checks": [_tick(check) for check in rules.checks_for_force(agreement)],
        "is_before_force": agreement.state in FORCELESS,
        "period": effective_period(agreement),
        "effective_on": effective_on(agreement),
        "line": line_of(agreement, commitments, today, kept),
        "commitments": commitments,
        "standing": standing,
        "measures": {code: str(one.label) for code, one in measurable().items()},
        "parent": queries.parent_of(scope, agreement),
        "children": queries.children_of(scope, agreement),
        "signable": signable(actor, scope, agreement),
        "is_open": is_text_open(agreement),
        "is_over": agreement.state in OVER,
        "is_stopped": agreement.state in STOPPED,
        "is_approved": agreement.state is AgreementState.APPROVED,
        "may_commit": is_text_open(agreement) or _is_transcribed(agreement),
        "totals": _totals(agreement),
    }


def _is_transcribed(agreement: Agreement) -> bool:
    """Whether commitments may be transcribed from the signed text that is archived (P2)."""
    return agreement.text_sha256 is not None and has_signed_text(agreement)


FORCELESS = frozenset(
    {AgreementState.DRAFT, AgreementState.NEGOTIATION, AgreementState.APPROVED, AgreementState.SIGNED}
)


def signable(actor: Actor, scope: Scope, agreement: Agreement) -> set[int]:
    """Ids of the parties for which this actor may record the signature now."""
    if agreement.state not in SIGNING or not actor.may(Permission.AGREEMENT_SIGN):
        return set()
    is_any = actor.may(Permission.AGREEMENT_APPROVE)
    return {
        party.id
        for party in agreement.parties
        if party.signed_on is None and (is_any or party.organisation_id in scope.organisations)
    }


def _totals(agreement: Agreement) -> tuple[int, int]:
    parties = agreement.parties
    return sum(party.cash_mad for party in parties), sum(party.in_kind_mad for party in parties)


def _tick(check: Any) -> dict[str, Any]:
    return {"label": check.label, "met": check.holds, "detail": check.detail}


DATED = frozenset({"suspend", "terminate"})
"""Steps that take effect on a day that may be past."""
HARMFUL = frozenset({AgreementState.CANCELLED, AgreementState.TERMINATED})
STOPPED = HARMFUL | {AgreementState.SUSPENDED}
"""States whose reason the page says first."""


def _moves(actor: Actor, agreement: Agreement) -> list[Chip]:
    """The next steps as buttons: those that ask for a reason open their page, the others are done at once."""
    found = moves_from(MOVES, agreement.state, actor)
    if agreement.ends_on >= clock.today():
        found.pop("expire", None)
    return [
        Chip(
            str(move.label),
            url_for(".step", agreement_id=agreement.id, name=name),
            confirm="" if move.needs_reason else str(move.confirm),
            method="get" if move.needs_reason else "post",
            main=number == 0 and name in FORWARD,
            tone="red" if move.target in HARMFUL else "",
        )
        for number, (name, move) in enumerate(found.items())
    ]


def party_values(party: Party) -> dict[str, Any]:
    """The fields of a party's form."""
    return {name: getattr(party, name) for name in PARTY_FIELDS}


def digest(agreement: Agreement) -> str:
    """The SHA-256 that the signature binds: the locked one, or the one it would lock."""
    return agreement.text_sha256 or digest_of(agreement)


def expected(party: Party) -> dict[str, Any]:
    """What the form of a signature shows first: who is to sign, and the text that is read."""
    return {"signatory": party.signatory, "capacity": party.capacity, "text": digest(party.agreement)}


def is_as_read(form: SignForm, agreement: Agreement) -> bool:
    """Whether the text still is the one that the form was made from; 409 with the sentence if not."""
    now = digest(agreement)
    if form.text.data == now:
        return True
    form.status, form.text.data = 409, now
    form.text.raw_data = None
    form.refuse(_("Le texte a changé entre-temps : relisez-le avant d'enregistrer la signature."))
    return False


def upload(sent: Any, folder: Path) -> dict[str, Any]:
    """The arguments of the rules that keep a file."""
    return {"data": sent.read(), "filename": sent.filename or "", "folder": folder}


def attachment(stored: StoredFile, folder: Path) -> dict[str, Any]:
    """The arguments of `send_file`: always an attachment, never shown in the page."""
    return {
        "path_or_file": folder / stored.stored_name,
        "mimetype": stored.media_type,
        "as_attachment": True,
        "download_name": stored.display_name,
    }


def history(scope: Scope, agreement: Agreement) -> list[Told]:
    """What happened to an agreement, in words."""
    regions = {one.id: str(one.name) for one in geography.regions(Scope.country())}
    parents = {number: label.partition(" — ")[0] for number, label in queries.parents_for(scope)}
    bound = organisations.everyone(scope)
    names: dict[str, dict[Any, str]] = {
        "region_id": regions,
        "parent_id": parents,
        "organisation_id": {one.id: str(one.name) for one in bound},
        "organisation": {one.name_ar: str(one.name) for one in bound},
        "party_id": {one.id: str(one.organisation.name) for one in agreement.parties},
    }
    return told(queries.history_of(scope, agreement), names)
