"""Reads of organisations; names only, so a scope narrows the list and never the look-up by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from partnerships.agreements.models import Agreement, Party
from partnerships.organisations.models import Organisation
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.folding import fold

_BRACKETS = re.compile(r"[(\[«]([^()\[\]«»]*)[)\]»]")
PAGE = 50


def acronym_in(text: str) -> str | None:
    """The acronym that a name carries in brackets: «… (AMSED)» gives AMSED."""
    inside = [found.strip() for found in _BRACKETS.findall(text)]
    return next((one for one in inside if 2 <= len(one) <= 40 and " " not in one), None)


def without_brackets(text: str) -> str:
    """A name without what stands in brackets; the name itself where nothing else is left."""
    return " ".join(_BRACKETS.sub(" ", text).split()) or text.strip()


def organisation_by_name(text: str) -> Organisation | None:
    """The organisation with this name in either language, or this acronym; case, accents and hamza aside."""
    keys = {fold(text)[:300], fold(without_brackets(text))[:300]} - {""}
    if not keys:
        return None
    short = {fold(one) for one in (text, acronym_in(text) or "")} - {""}
    named = sa.or_(
        Organisation.key_ar.in_(keys),
        Organisation.key_fr.in_(keys),
        sa.func.lower(Organisation.acronym).in_(short),
    )
    return db.session.scalar(sa.select(Organisation).where(named).order_by(Organisation.id).limit(1))


def is_party_in(scope: Scope) -> sa.ColumnElement[bool]:
    """Organisations that this scope meets: all in the country, else its own and the parties of its agreements."""
    if scope.regions is None:
        return sa.true()
    seen = (
        sa.select(Party.organisation_id)
        .join(Agreement, Agreement.id == Party.agreement_id)
        .where(sa.or_(Agreement.region_id.in_(scope.regions), Agreement.reference.in_(scope.agreements)))
    )
    return sa.or_(
        Organisation.id.in_(scope.organisations),
        Organisation.region_id.in_(scope.regions),
        Organisation.id.in_(seen),
    )


def organisations(
    scope: Scope, *, text: str | None = None, kind: str | None = None, after: int | None = None
) -> Sequence[Organisation]:
    """One page of organisations in scope by folded Arabic name; `after` is the last id of the page before."""
    chosen = sa.select(Organisation).where(is_party_in(scope))
    if text and fold(text):
        for word in fold(text).split():
            chosen = chosen.where(_holds(word))
    if kind:
        chosen = chosen.where(Organisation.kind == kind)
    if after is not None:
        chosen = chosen.where(sa.tuple_(Organisation.key_ar, Organisation.id) > _place(after))
    chosen = chosen.options(joinedload(Organisation.region))
    return db.session.scalars(chosen.order_by(Organisation.key_ar, Organisation.id).limit(PAGE + 1)).all()


def _holds(word: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Organisation.key_ar.contains(word, autoescape=True),
        Organisation.key_fr.contains(word, autoescape=True),
        sa.func.lower(Organisation.acronym).contains(word, autoescape=True),
    )


def _place(organisation_id: int) -> sa.Tuple:
    last = db.session.get(Organisation, organisation_id)
    return sa.tuple_(sa.literal(last.key_ar if last else ""), sa.literal(organisation_id))


def choices(scope: Scope) -> list[tuple[int, str]]:
    """(id, name) of every organisation that may be made a party, by the reader's name."""
    rows = everyone(scope)
    return [(one.id, f"{one.name} ({one.acronym})" if one.acronym else str(one.name)) for one in rows]


def everyone(scope: Scope) -> Sequence[Organisation]:
    """Every organisation by folded Arabic name."""
    del scope  # any organisation can be a party: names of organisations are public
    return db.session.scalars(sa.select(Organisation).order_by(Organisation.key_ar, Organisation.id)).all()


def get_organisation(scope: Scope, organisation_id: int) -> Organisation | None:
    """The organisation with this id, None outside the scope."""
    return db.session.scalar(
        sa.select(Organisation).where(Organisation.id == organisation_id, is_party_in(scope))
    )


def any_organisation(organisation_id: int | None) -> Organisation | None:
    """The organisation with this id: whoever may write an agreement may name any of them a party."""
    return db.session.get(Organisation, organisation_id) if organisation_id else None
