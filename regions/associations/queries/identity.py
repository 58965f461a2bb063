"""Which record is meant: by receipt first, then by the duplicate key of the name (RULES A2, A4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from programme.base import folding
from programme.base.extensions import db
from regions.associations.fields import receipt_number
from regions.associations.models import Association
from regions.geography.models import Commune, Province, Region


def canonical(association: Association) -> Association:
    """The record that counts for this one: itself, or the one it was merged into."""
    seen = {association.id}
    while association.merged_into_id is not None and association.merged_into_id not in seen:
        seen.add(association.merged_into_id)
        association = db.session.get_one(Association, association.merged_into_id)
    return association


def find_association(
    *,
    receipt_no: str | None = None,
    name: str | None = None,
    province_id: int | None = None,
    region_id: int | None = None,
) -> Association | None:
    """The canonical record meant by a sheet: by receipt within the province (or the region), else by name.

    A name fits by the duplicate key of A4 within the province, a French one by the French name. None where
    several fit, or where the name fits but both receipts are known and differ. Not limited by a scope:
    what exists is not made twice.
    """
    number = receipt_number(receipt_no)
    if number and (found := _by_receipt(number, province_id, region_id)) is not None:
        return found
    key = folding.match_key(name) if name else ""
    if not key or (province_id is None and region_id is None):
        return None
    fitting = _by_key(key, province_id, region_id)
    if not fitting and name and not any("\u0600" <= letter <= "\u06ff" for letter in name):
        fitting = _by_french(key, province_id, region_id)
    return one_of(fitting, number)


def one_of(fitting: Sequence[Association], number: str) -> Association | None:
    """The one canonical record among those whose name fits, None where it is not one only."""
    compatible = [a for a in fitting if not (number and a.receipt_no and a.receipt_no != number)]
    found = {one.id: one for one in map(canonical, compatible)}
    return next(iter(found.values())) if len(found) == 1 else None


def _within(province_id: int | None, region_id: int | None) -> list[sa.ColumnElement[bool]]:
    if province_id is not None:
        return [Association.province_id == province_id]
    return [Association.region_id == region_id] if region_id is not None else []


def _by_receipt(number: str, province_id: int | None, region_id: int | None) -> Association | None:
    """In the province; failing that in the region among those whose province is not known."""
    chosen = sa.select(Association).where(Association.receipt_no == number).order_by(Association.id)
    found = db.session.scalars(chosen.where(*_within(province_id, region_id)).limit(10)).all()
    if not found and province_id is not None and region_id is not None:
        lost = chosen.where(Association.region_id == region_id, Association.province_id.is_(None))
        found = db.session.scalars(lost.limit(10)).all()
    meant = {one.id: one for one in map(canonical, found)}
    return next(iter(meant.values())) if len(meant) == 1 else None


def find_receipt(number: str, province_id: int | None, region_id: int) -> Association | None:
    """Whoever holds this receipt number in the province; without a province, in the region's rest."""
    inside = Association.province_id == province_id
    if province_id is None:
        inside = sa.and_(Association.province_id.is_(None), Association.region_id == region_id)
    chosen = sa.select(Association).where(Association.receipt_no == number, inside)
    return db.session.scalar(chosen.order_by(Association.id).limit(1))


def _by_key(key: str, province_id: int | None, region_id: int | None) -> Sequence[Association]:
    chosen = (
        sa.select(Association)
        .where(Association.match_key == key[:300], *_within(province_id, region_id))
        .order_by(Association.id)
        .limit(50)
    )
    return db.session.scalars(chosen).all()


def _by_french(key: str, province_id: int | None, region_id: int | None) -> Sequence[Association]:
    chosen = (
        sa.select(Association.id, Association.name_fr)
        .where(Association.name_fr.is_not(None), *_within(province_id, region_id))
        .order_by(Association.id)
    )
    ids = [row[0] for row in db.session.execute(chosen) if folding.match_key(row[1] or "") == key]
    return db.session.scalars(
        sa.select(Association).where(Association.id.in_(ids[:50])).order_by(Association.id)
    ).all()


def neighbours(
    province_id: int | None, region_id: int, like: Association | None = None
) -> tuple[list[int], list[str], list[str]]:
    """Ids, duplicate keys and compared words of the block of A4: the province's canonical records and the
    region's whose province is not known; the whole region where the province is not known.

    Of all of them, or of those alone that may resemble `like`; by id, as `closest` answers equals by position.
    """
    block = Association.region_id == region_id
    if province_id is not None:
        unknown = sa.and_(Association.region_id == region_id, Association.province_id.is_(None))
        block = sa.or_(Association.province_id == province_id, unknown)
    inside = sa.select(Association.id, Association.match_key, Association.compare_key).where(
        block, Association.merged_into_id.is_(None)
    )
    if like is not None:
        near = sa.func.length(Association.compare_key).between(*folding.lengths(like.compare_key))
        inside = inside.where(sa.or_(near, Association.match_key == like.match_key))
    # One row of three long texts: tens of thousands of rows take the driver ten times longer.
    rows = inside.order_by(Association.id).subquery()
    chosen = sa.select(
        sa.func.aggregate_strings(sa.cast(rows.c.id, sa.String), "\n"),
        sa.func.aggregate_strings(rows.c.match_key, "\n"),
        sa.func.aggregate_strings(rows.c.compare_key, "\n"),
    )
    row: Any = db.session.execute(chosen).one()
    ids, matches, keys = row
    if ids is None:
        return [], [], []
    return [int(one) for one in ids.split("\n")], matches.split("\n"), keys.split("\n")


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """The Arabic names of records, by id, whatever the scope: who resembles whom is asked of the whole block."""
    wanted, found = sorted(ids), dict[int, str]()
    for start in range(0, len(wanted), 400):
        some = Association.id.in_(wanted[start : start + 400])
        chosen = sa.select(Association.id, Association.name_ar).where(some).order_by(Association.id)
        found.update((row[0], row[1]) for row in db.session.execute(chosen))
    return found


def by_receipt(provinces: Iterable[int], numbers: Iterable[str]) -> dict[tuple[int | None, str], Association]:
    """Records by (province, receipt number): for imports, in one statement per 500 numbers."""
    places, wanted = sorted(set(provinces)), sorted(set(numbers))
    found: dict[tuple[int | None, str], Association] = {}
    for start in range(0, len(wanted), 500):
        chosen = sa.select(Association).where(
            Association.receipt_no.in_(wanted[start : start + 500]), Association.province_id.in_(places)
        )
        for record in db.session.scalars(chosen.order_by(Association.id)):
            found[record.province_id, record.receipt_no or ""] = record
    return found


def without_receipt(provinces: Iterable[int]) -> dict[tuple[int | None, str], Association]:
    """Records without a receipt by (province, duplicate key), the only ones of their key."""
    chosen = sa.select(Association).where(
        Association.province_id.in_(sorted(set(provinces))),
        Association.receipt_no.is_(None),
        Association.merged_into_id.is_(None),
    )
    found: dict[tuple[int | None, str], list[Association]] = {}
    for record in db.session.scalars(chosen.order_by(Association.id)):
        found.setdefault((record.province_id, record.match_key), []).append(record)
    return {place: records[0] for place, records in found.items() if len(records) == 1}


def registered_before(
    *, name: str, receipt_no: str | None, province_id: int | None, region_id: int
) -> Association | None:
    """The record of this very place and name without a receipt (or with the same): declared by a sheet."""
    place: sa.ColumnElement[bool] = Association.province_id == province_id
    if province_id is None:
        place = sa.and_(Association.province_id.is_(None), Association.region_id == region_id)
    same: sa.ColumnElement[bool] = Association.receipt_no.is_(None)
    if number := receipt_number(receipt_no):
        same = sa.or_(same, Association.receipt_no == number)
    found = db.session.scalar(
        sa.select(Association)
        .where(Association.match_key == folding.match_key(name)[:300], place, same)
        .order_by(Association.receipt_no.nulls_last(), Association.id)
        .limit(1)
    )
    return canonical(found) if found is not None else None


def taken(receipts: Iterable[str], match_keys: Iterable[str]) -> tuple[set[str], set[str]]:
    """Those of these receipts and name keys that some association has already."""
    return _taken(Association.receipt_no, receipts), _taken(Association.match_key, match_keys)


def _taken(column: Any, values: Iterable[str]) -> set[str]:
    wanted, found = sorted(set(values)), set[str]()
    for start in range(0, len(wanted), 400):
        found.update(db.session.scalars(sa.select(column).where(column.in_(wanted[start : start + 400]))))
    return found


def all_regions() -> Sequence[Region]:
    """The 12 regions, whatever the scope: an import names places by code and checks the scope itself."""
    return db.session.scalars(sa.select(Region).order_by(Region.code)).all()


def all_provinces() -> Sequence[Province]:
    """All prefectures and provinces, whatever the scope."""
    return db.session.scalars(sa.select(Province).order_by(Province.code)).all()


def all_communes() -> Sequence[Commune]:
    """All communes and arrondissements."""
    return db.session.scalars(sa.select(Commune).order_by(Commune.code)).all()


def commune_code(commune_id: int | None) -> str | None:
    """The HCP code of a commune."""
    found = db.session.get(Commune, commune_id) if commune_id is not None else None
    return found.code if found else None
