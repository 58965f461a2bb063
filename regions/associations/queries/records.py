"""One association and what hangs on it: mandates, documents, suspicions, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from programme.base import journal
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from regions.associations.fields import PROVISIONAL_DAYS
from regions.associations.models import (
    Association,
    AssociationDocument,
    AssociationSuspicion,
    AssociationWord,
    Mandate,
    SuspicionState,
)
from regions.associations.words import PROVISIONAL
from regions.geography.queries import region_ids


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """The clause of every read: the registry of the regions in scope, and the associations served."""
    if scope.regions is None:
        return sa.true()
    regions = sorted(scope.regions | scope.territory)
    clauses: list[sa.ColumnElement[bool]] = []
    if len(regions) == 1:
        clauses.append(Association.region_id == regions[0])
    elif regions:
        # An expression: over several regions the list walks its order instead of sorting them all.
        clauses.append((Association.region_id + 0).in_(regions))
    if scope.associations:
        clauses.append(Association.id.in_(sorted(scope.associations)))
    return sa.or_(*clauses) if clauses else sa.false()


class unmerged(FunctionElement[bool]):
    """Whether a record stands for itself: of `merged_into_id`, NULL in nearly every row."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(unmerged)
def _by_statistics(element: unmerged, compiler: SQLCompiler, **more: Any) -> str:
    """As it is meant: PostgreSQL knows how many NULLs there are, and nothing about expressions."""
    return f"{compiler.process(element.clauses, **more)} IS NULL"


@compiles(unmerged, "sqlite")
def _by_expression(element: unmerged, compiler: SQLCompiler, **more: Any) -> str:
    """An expression, as SQLite would else use the column's own index, which fits nearly every row."""
    return f"coalesce({compiler.process(element.clauses, **more)}, 0) = 0"


def get_association(scope: Scope, association_id: int) -> Association | None:
    """The record with its places, None where it does not exist or lies outside the scope."""
    return db.session.scalar(
        sa.select(Association)
        .where(Association.id == association_id, visible(scope))
        .options(
            joinedload(Association.region), joinedload(Association.province), joinedload(Association.commune)
        )
    )


def mandates_of(scope: Scope, association: Association) -> Sequence[Mandate]:
    """Mandates of the bureau: those that run first, then the latest."""
    return db.session.scalars(
        sa.select(Mandate)
        .join(Association)
        .where(Mandate.association_id == association.id, visible(scope))
        .order_by(Mandate.until_on.desc().nulls_first(), Mandate.from_on.desc(), Mandate.id)
    ).all()


def get_mandate(scope: Scope, association: Association, mandate_id: int) -> Mandate | None:
    """A mandate of this association."""
    return db.session.scalar(
        sa.select(Mandate)
        .join(Association)
        .where(Mandate.id == mandate_id, Mandate.association_id == association.id, visible(scope))
    )


def documents_of(scope: Scope, association: Association) -> Sequence[AssociationDocument]:
    """The dossier's files, the latest first."""
    return db.session.scalars(
        sa.select(AssociationDocument)
        .join(Association)
        .where(AssociationDocument.association_id == association.id, visible(scope))
        .options(joinedload(AssociationDocument.file))
        .order_by(AssociationDocument.recorded_at.desc(), AssociationDocument.id.desc())
    ).all()


def get_document(scope: Scope, association_id: int, document_id: int) -> AssociationDocument | None:
    """A file of this association's dossier."""
    return db.session.scalar(
        sa.select(AssociationDocument)
        .join(Association)
        .where(
            AssociationDocument.id == document_id,
            AssociationDocument.association_id == association_id,
            visible(scope),
        )
        .options(joinedload(AssociationDocument.file))
    )


def expiring_documents(scope: Scope, until: dt.date, limit: int = 6) -> Sequence[AssociationDocument]:
    """Documents that lapse on or before that day and of which no later one of the kind was handed in."""
    newer = aliased(AssociationDocument)
    renewed = sa.exists().where(
        newer.association_id == AssociationDocument.association_id,
        newer.kind == AssociationDocument.kind,
        newer.id > AssociationDocument.id,
    )
    return db.session.scalars(
        sa.select(AssociationDocument)
        .join(AssociationDocument.association)
        .where(AssociationDocument.expires_on <= until, ~renewed, visible(scope))
        .options(joinedload(AssociationDocument.association))
        .order_by(AssociationDocument.expires_on, AssociationDocument.id)
        .limit(limit)
    ).all()


def provisional_receipts(scope: Scope, on: dt.date, limit: int = 101) -> list[int]:
    """Ids, at most `limit`, of records whose provisional receipt is older than 60 days (RULES A2).

    Read from the projection's words, where the old receipts of a region stand together: the top bar asks
    this on every page.
    """
    before = on - dt.timedelta(days=PROVISIONAL_DAYS)
    ids = region_ids() if scope.regions is None else sorted(scope.regions | scope.territory)
    if not ids:
        return []
    each = [_provisional_before(f"{PROVISIONAL}{one}:", str(before), limit) for one in ids]
    together = sa.union_all(*(sa.select(one) for one in each)).subquery()
    return list(db.session.scalars(sa.select(together.c.association_id).limit(limit)))


def _provisional_before(start: str, before: str, limit: int) -> sa.Subquery:
    """One region's, by date: a range of the index for each region, as one over several would be scanned."""
    word = AssociationWord.word
    return (
        sa.select(AssociationWord.association_id)
        .join(Association, Association.id == AssociationWord.association_id)
        .where(word >= start, word < start + before, unmerged(Association.merged_into_id))
        .order_by(word, AssociationWord.association_id)
        .limit(limit)
        .subquery()
    )


def open_suspicions(scope: Scope, limit: int) -> int:
    """How many suspected pairs wait, counted up to `limit`."""
    some = _pairs(scope, SuspicionState.OPEN).with_only_columns(AssociationSuspicion.id).limit(limit)
    return db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def suspicions(
    scope: Scope, state: SuspicionState = SuspicionState.OPEN, after: int = 0, limit: int = 25
) -> Sequence[AssociationSuspicion]:
    """Suspected pairs in one state whose records are both in scope, by id from `after` on."""
    chosen = _pairs(scope, state).where(AssociationSuspicion.id > after)
    return db.session.scalars(chosen.order_by(AssociationSuspicion.id).limit(limit)).all()


def _pairs(scope: Scope, state: SuspicionState) -> sa.Select[AssociationSuspicion]:
    chosen = sa.select(AssociationSuspicion).where(AssociationSuspicion.state == state)
    if scope.regions is None:
        return chosen
    first, second = aliased(Association), aliased(Association)
    seen = sa.select(Association.id).where(visible(scope))
    return (
        chosen.join(first, first.id == AssociationSuspicion.first_id)
        .join(second, second.id == AssociationSuspicion.second_id)
        .where(first.id.in_(seen), second.id.in_(seen))
    )


def get_suspicion(scope: Scope, suspicion_id: int) -> AssociationSuspicion | None:
    """A suspected pair whose records are both in scope."""
    found = suspicions_at(scope, AssociationSuspicion.id == suspicion_id)
    return found[0] if found else None


def suspects_of(scope: Scope, association: Association) -> Sequence[AssociationSuspicion]:
    """Open suspicions that concern this record, the likest first."""
    concerned = sa.or_(
        AssociationSuspicion.first_id == association.id, AssociationSuspicion.second_id == association.id
    )
    return suspicions_at(scope, sa.and_(concerned, AssociationSuspicion.state == SuspicionState.OPEN))


def suspicions_at(scope: Scope, clause: sa.ColumnElement[bool]) -> Sequence[AssociationSuspicion]:
    """Suspected pairs that fit `clause` and whose records are both in scope, the likest first."""
    seen = sa.select(Association.id).where(visible(scope))
    chosen = sa.select(AssociationSuspicion).where(clause)
    if scope.regions is not None:
        chosen = chosen.where(
            AssociationSuspicion.first_id.in_(seen), AssociationSuspicion.second_id.in_(seen)
        )
    return db.session.scalars(
        chosen.order_by(AssociationSuspicion.score.desc(), AssociationSuspicion.id)
    ).all()


def history_of(scope: Scope, association: Association) -> list[JournalEntry]:
    """What happened to the record, newest first; nothing outside the scope."""
    if get_association(scope, association.id) is None:
        return []
    return journal.history(db.session, "association", association.id)


def resembling(association_id: int) -> Sequence[Association]:
    """Associations that were found to look like this one and that nobody decided on (RULES A4)."""
    pair = AssociationSuspicion
    mine = sa.or_(
        sa.and_(pair.first_id == association_id, pair.second_id == Association.id),
        sa.and_(pair.second_id == association_id, pair.first_id == Association.id),
    )
    return db.session.scalars(
        sa.select(Association)
        .join(pair, mine)
        .where(pair.state == SuspicionState.OPEN)
        .order_by(pair.score.desc(), pair.id)
    ).all()
