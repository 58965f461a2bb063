"""Stored values survive being kept as JSON, whatever the driver gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base.workbook.raw import digest, dump, insert_again, key_text, load, put_back, row_at, rows_at
from tests.base.workbook.toys import ToyBase, ToyClub, ToyTag

LINK = ToyBase.metadata.tables["toy_label"]


def test_values_come_back_with_their_types() -> None:
    values = {
        "text": "نص",
        "none": None,
        "flag": True,
        "day": dt.date(2024, 9, 8),
        "at": dt.datetime(2024, 9, 8, 10, 0, tzinfo=dt.UTC),
        "time": dt.time(10, 30),
        "sum": Decimal("1.50"),
        "bytes": b"\0\xff",
        "json": {"a": [1]},
    }
    assert load(dump(values)) == values
    assert load(None) == {}


def test_a_digest_sees_only_the_named_columns() -> None:
    assert digest({"a": 1, "b": 2}, ["a"]) == digest({"a": 1, "b": 3}, ["a"])
    assert digest({"a": 1}, ["a"]) != digest({"a": 2}, ["a"])


def test_rows_with_keys_of_several_columns(toy_session: Session) -> None:
    toy_session.add_all([ToyClub(id=1, code="A", name="A"), ToyTag(id=1), ToyTag(id=2)])
    toy_session.flush()
    insert_again(toy_session, LINK, {"club_id": 1, "tag_id": 2})
    assert rows_at(toy_session, LINK, [(1, 1), (1, 2)]) == {(1, 2): {"club_id": 1, "tag_id": 2}}
    assert row_at(toy_session, LINK, (1, 1)) is None
    assert key_text((1, 2)) == '["1", "2"]'
    put_back(toy_session, ToyClub.__table__, {"id": 1, "name": "B", "founded_on": None})
    assert toy_session.scalar(sa.select(ToyClub.name).execution_options(populate_existing=True)) == "B"
