"""The projection of words, written with the facts it follows and rebuilt from them (DESIGN.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base.extensions import db
from programme.base.workbook.undo import Touched, after_undo
from regions.associations.models import Association, AssociationWord
from regions.associations.words import words_of
from regions.geography.models import Commune, Province

AT_ONCE = 500


def write_words(records: Sequence[Association], *, are_new: bool = False) -> None:
    """Write the words of these flushed records; `are_new` saves the deletion where there are none yet."""
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        if not are_new:
            ids = [record.id for record in some]
            db.session.execute(sa.delete(AssociationWord).where(AssociationWord.association_id.in_(ids)))
        rows = _rows(some)
        if rows:
            db.session.execute(sa.insert(AssociationWord), rows)


def rebuild_words() -> int:
    """Write the whole projection anew; answers how many associations it covers."""
    db.session.flush()
    db.session.execute(sa.delete(AssociationWord))
    last, done = 0, 0
    while True:
        chosen = sa.select(Association).where(Association.id > last).order_by(Association.id).limit(AT_ONCE)
        records = db.session.scalars(chosen).all()
        if not records:
            return done
        write_words(records, are_new=True)
        last, done = records[-1].id, done + len(records)


def stale_words() -> int:
    """How many associations have other words in the projection than those of their record."""
    last, stale = 0, 0
    while True:
        chosen = sa.select(Association).where(Association.id > last).order_by(Association.id).limit(AT_ONCE)
        records = db.session.scalars(chosen).all()
        if not records:
            return stale
        last = records[-1].id
        kept: dict[object, set[object]] = {record.id: set() for record in records}
        ids = AssociationWord.association_id.in_(kept)
        for ident, word in db.session.execute(
            sa.select(AssociationWord.association_id, AssociationWord.word).where(ids)
        ):
            kept[ident].add(word)
        asked: dict[object, set[object]] = {record.id: set() for record in records}
        for row in _rows(records):
            asked[row["association_id"]].add(row["word"])
        stale += sum(kept[ident] != asked[ident] for ident in kept)
        db.session.expunge_all()  # a country of records is not kept in memory


@after_undo
def _follow(session: Session, touched: Touched) -> None:
    """After an import was taken back, its records have the words of what they are again."""
    ids = [int(key) for key in touched.get("association", ())]
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        write_words(session.scalars(sa.select(Association).where(Association.id.in_(some))).all())


def _rows(records: Sequence[Association]) -> list[dict[str, object]]:
    provinces = _names(Province, {r.province_id for r in records})
    communes = _names(Commune, {r.commune_id for r in records})
    found: list[dict[str, object]] = []
    for record in records:
        places = (*provinces.get(record.province_id, ()), *communes.get(record.commune_id, ()))
        for word in sorted(words_of(record, places)):
            found.append({"association_id": record.id, "word": word})
    return found


def _names(
    table: type[Province] | type[Commune], ids: set[int | None]
) -> dict[int | None, tuple[str | None, ...]]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    chosen = sa.select(table.id, table.name_ar, table.name_fr).where(table.id.in_(wanted))
    return {row[0]: (row[1], row[2]) for row in db.session.execute(chosen.order_by(table.id))}
