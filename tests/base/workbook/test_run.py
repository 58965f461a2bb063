"""All or nothing; the same file twice; taking an import back exactly or not at all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from programme.base.access import Actor, Role, Scope
from programme.base.accounts import Account
from programme.base.batches import ImportBatch, ImportChange, batch_called, recent_batches
from programme.base.chain import verify
from programme.base.journal import JournalEntry
from programme.base.refusals import Refused
from programme.base.workbook import undo as undoing
from programme.base.workbook.kinds import ImportKind, kind, kinds, register
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.undo import after_undo, undo
from tests.base.workbook.files import csv, xlsx
from tests.base.workbook.toys import CLUBS, ToyBase, ToyClub, ToyMember, ToyTag, ToyTotal

HEADER = ["code", "Nom", "Couleur", "secret", "founded_on", "member"]
FIRST = [HEADER, ["A", "Alif", None, "AB123456", "2020-05-01", "Amina"], ["B", "Ba", None, None, None, None]]


@pytest.fixture
def officer(toy_session: Session) -> Actor:
    account = Account(email="o@x.ma", name="Officier", role=Role.REGIONAL_OFFICER)
    toy_session.add(account)
    toy_session.commit()
    return Actor.of(account.id, account.name, Role.REGIONAL_OFFICER)


@pytest.fixture
def hooks() -> Iterator[list[Any]]:
    kept = list(undoing._hooks)
    yield undoing._hooks
    undoing._hooks[:] = kept


def load(session: Session, rows: Sequence[Sequence[Any]], actor: Actor | None = None, **more: Any) -> Result:
    data = csv([["" if value is None else value for value in row] for row in rows])
    result = run_import(
        session, CLUBS, data, "clubs.csv", actor=actor or Actor.system(), scope=Scope.country(), **more
    )
    session.commit()
    return result


def batch_of(session: Session, result: Result) -> ImportBatch:
    assert result.batch is not None
    batch = batch_called(session, result.batch.lower())
    assert batch is not None
    return batch


def picture(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every stored row of the toy room."""
    return {
        table.name: sorted(map(tuple, session.execute(sa.text(f"SELECT * FROM {table.name}"))), key=str)
        for table in ToyBase.metadata.sorted_tables
    }


def test_rows_are_counted_and_the_answer_has_the_shape_of_the_workbooks(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    answer = result.to_json()
    assert list(answer) == [
        "batch", "rows", "created", "updated", "unchanged", "suspected_duplicates", "warnings", "errors",
    ]  # fmt: skip
    assert answer["batch"] == result.batch
    assert (answer["rows"], answer["created"], answer["updated"], answer["unchanged"]) == (2, 2, 0, 0)
    assert answer["errors"] == []
    assert "Couleur" in json.dumps(answer["warnings"], ensure_ascii=False)
    assert toy_session.scalar(sa.select(ToyClub.secret).where(ToyClub.code == "A")) == "AB123456"


def test_the_same_file_twice_changes_nothing_and_says_so(toy_session: Session) -> None:
    first = load(toy_session, FIRST)
    before = picture(toy_session)
    again = load(toy_session, FIRST)
    assert (again.batch, again.created, again.updated, again.unchanged) == (None, 0, 0, 2)
    said = " ".join(warning.sentence() for warning in again.warnings)
    assert str(first.batch) in said
    assert "rien ne change" in said
    assert picture(toy_session) == before
    assert toy_session.scalar(sa.select(sa.func.count(ImportBatch.id))) == 1


def test_a_changed_row_updates_its_fields_and_shows_before_and_after(toy_session: Session) -> None:
    load(toy_session, FIRST)
    rows = [HEADER, ["A", "Alif", None, "CD654321", None, None], ["B", "Bab", None, None, "2021-01-02", None]]
    result = load(toy_session, rows)
    assert (result.created, result.updated, result.unchanged) == (0, 2, 0)
    shown = [(change.row, change.field, str(change.before), str(change.after)) for change in result.changes]
    assert shown == [
        (2, "CNIE du président", "AB••••56", "CD••••21"),
        (3, "Nom", "Ba", "Bab"),
        (3, "Fondé le", "None", "2021-01-02"),
    ]


def test_a_dry_run_answers_the_same_and_writes_nothing(toy_session: Session) -> None:
    before = picture(toy_session)
    dry = load(toy_session, FIRST, dry_run=True)
    assert picture(toy_session) == before
    assert toy_session.scalar(sa.select(sa.func.count(JournalEntry.sequence))) == 0
    real = load(toy_session, FIRST)
    assert dry.batch is None
    assert dry.to_json() | {"batch": real.batch} == real.to_json()


def test_one_error_rolls_everything_back_and_all_are_told(toy_session: Session) -> None:
    rows = [*FIRST, ["C", "interdit"], ["D", "Dal", None, None, "hier"], ["E", "sans champ"]]
    result = load(toy_session, rows)
    told = [(error.row, error.column, error.value) for error in result.errors]
    assert told == [(4, "Nom", "interdit"), (5, "founded_on", "hier"), (6, None, None)]
    assert (result.batch, result.rows, result.created, result.is_sound) == (None, 5, 0, False)
    assert toy_session.scalar(sa.select(sa.func.count(ToyClub.id))) == 0


def test_what_only_the_database_refuses_is_told_too(toy_session: Session) -> None:
    result = load(toy_session, [*FIRST, ["A", "doublon"]])
    assert [error.row for error in result.errors] == [4]
    assert "contredit" in result.errors[0].message
    assert toy_session.scalar(sa.select(sa.func.count(ToyClub.id))) == 0
    assert load(toy_session, FIRST).created == 2


def test_a_programming_error_leaves_nothing_behind(toy_session: Session) -> None:
    def broken(context: Any, rows: Any) -> None:
        context.session.add(ToyClub(code="Z", name="Z"))
        context.session.flush()
        raise RuntimeError

    faulty = dataclasses.replace(CLUBS, apply=broken)
    with pytest.raises(RuntimeError):
        run_import(toy_session, faulty, xlsx(FIRST), "x", actor=Actor.system(), scope=Scope.country())
    toy_session.commit()
    assert toy_session.scalar(sa.select(sa.func.count(ToyClub.id))) == 0


def test_a_refusal_outside_any_row_is_an_error_of_the_file(toy_session: Session) -> None:
    def closed(context: Any, rows: Any) -> None:
        raise Refused("région inconnue", "region")

    asking = dataclasses.replace(CLUBS, apply=closed)
    result = run_import(toy_session, asking, xlsx(FIRST), "x", actor=Actor.system(), scope=Scope.country())
    assert [(error.row, error.message) for error in result.errors] == [(None, "région inconnue")]


def test_what_is_created_outside_a_row_must_name_it(toy_session: Session) -> None:
    def loose(context: Any, rows: Any) -> None:
        context.created(None, rows[0])
        context.unchanged(rows[1])
        context.warn(rows[1], "name", "à revoir")
        context.created(None)

    asking = dataclasses.replace(CLUBS, apply=loose)
    with pytest.raises(RuntimeError, match="row"):
        run_import(toy_session, asking, xlsx(FIRST), "x", actor=Actor.system(), scope=Scope.country())


def test_suspects_and_csv(toy_session: Session) -> None:
    data = csv([["code", "name"], ["A", "presque"]])
    result = run_import(toy_session, CLUBS, data, "c.csv", actor=Actor.system(), scope=Scope.country())
    assert result.to_json()["suspected_duplicates"] == 1
    assert "un autre" in result.warnings[0].sentence()


def test_options_reach_the_room_only_where_it_knows_them(toy_session: Session) -> None:
    seen: list[tuple[str | None, str | None]] = []
    asking = dataclasses.replace(
        CLUBS, apply=lambda context, rows: seen.append((context.region, context.cohort))
    )
    given = {"region": " 03\u200f", "cohort": "X"}
    run_import(
        toy_session, asking, xlsx(FIRST), "x", actor=Actor.system(), scope=Scope.country(), options=given
    )
    assert seen == [("03", None)]


def test_who_may_not_import_is_refused(toy_session: Session) -> None:
    trainer = Actor.of(1, "F", Role.TRAINER)
    with pytest.raises(Refused) as caught:
        load(toy_session, FIRST, trainer)
    assert caught.value.status == 403
    partial = dataclasses.replace(trainer, permissions=frozenset({"import:run"}))
    with pytest.raises(Refused):
        load(toy_session, FIRST, partial)


def test_an_import_is_journalled_without_its_rows(toy_session: Session, officer: Actor) -> None:
    result = load(toy_session, FIRST, officer)
    entry = toy_session.scalars(sa.select(JournalEntry)).one()
    assert (entry.event, entry.actor_name) == ("import:batch:run", "Officier")
    assert str(result.batch) in str(entry.after)
    assert "Alif" not in str(entry.after)
    assert [batch.code for batch in recent_batches(toy_session, officer.account_id)] == [result.batch]
    assert recent_batches(toy_session, 99) == []


def test_changes_hold_no_plain_national_id_and_no_copy_of_new_rows(toy_session: Session) -> None:
    load(toy_session, FIRST)
    load(toy_session, [HEADER, ["A", "Alif", None, "CD654321", None, None]])
    kept = " ".join(f"{c.before} {c.after}" for c in toy_session.scalars(sa.select(ImportChange)))
    for secret in ("AB123456", "CD654321", "Amina"):
        assert secret not in kept


def test_undo_restores_exactly(toy_session: Session, hooks: list[Any]) -> None:
    load(toy_session, FIRST)
    before = picture(toy_session)
    rows = [
        HEADER,
        ["A", "Alif 2", None, "CD654321", "2021-01-02", "Brahim"],
        ["C", "Ta", None, None, None, "Dina"],
    ]
    second = load(toy_session, rows)
    assert picture(toy_session) != before
    seen: list[Any] = []
    after_undo(lambda session, touched: seen.append(touched))
    undo(toy_session, batch_of(toy_session, second), Actor.system(), base=ToyBase)
    toy_session.commit()
    after = picture(toy_session)
    before.pop("toy_total")
    after.pop("toy_total")
    assert after == before
    assert seen[0].keys() == {"toy_club", "toy_member"}
    assert toy_session.scalar(sa.select(ToyClub.secret).where(ToyClub.code == "A")) == "AB123456"
    events = toy_session.scalars(sa.select(JournalEntry.event).order_by(JournalEntry.sequence)).all()
    assert events == ["import:batch:run", "import:batch:run", "import:batch:undo"]
    assert verify(toy_session) == []


def test_undo_gives_deleted_rows_back(toy_session: Session) -> None:
    load(toy_session, FIRST)
    before = picture(toy_session)["toy_member"]
    result = load(toy_session, [HEADER, ["A", "purge", None, None, None, None]])
    assert picture(toy_session)["toy_member"] == []
    undo(toy_session, batch_of(toy_session, result), Actor.system(), base=ToyBase)
    assert picture(toy_session)["toy_member"] == before


def test_undo_covers_statements_that_change_many_rows(toy_session: Session) -> None:
    load(toy_session, [*FIRST, ["A", "Alif", None, None, None, "Brahim"]])
    before = picture(toy_session)["toy_member"]
    result = load(toy_session, [HEADER, ["A", "en bloc", None, None, None, None]])
    assert picture(toy_session)["toy_member"] != before
    undo(toy_session, batch_of(toy_session, result), Actor.system(), base=ToyBase)
    assert picture(toy_session)["toy_member"] == before


def refused(session: Session, result: Result, actor: Actor | None = None) -> str:
    """The code with which taking this import back is refused; checks that nothing changed."""
    before = picture(session)
    with pytest.raises(Refused) as caught:
        undo(session, batch_of(session, result), actor or Actor.system(), base=ToyBase)
    session.commit()
    assert picture(session) == before
    assert batch_of(session, result).undone_by_id is None
    return caught.value.code


def test_undo_is_refused_where_a_row_changed_since(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    toy_session.scalars(sa.select(ToyClub).where(ToyClub.code == "A")).one().name = "Autre"
    toy_session.commit()
    assert refused(toy_session, result) == "changed"


def test_undo_is_refused_where_an_updated_or_gone_row_changed_since(toy_session: Session) -> None:
    load(toy_session, FIRST)
    result = load(toy_session, [HEADER, ["B", "Bab", None, None, None, None]])
    club = toy_session.scalars(sa.select(ToyClub).where(ToyClub.code == "B")).one()
    club.name = "Baba"
    toy_session.commit()
    assert refused(toy_session, result) == "changed"
    toy_session.execute(sa.delete(ToyTotal).where(ToyTotal.club_id == club.id))
    toy_session.delete(club)
    toy_session.commit()
    assert refused(toy_session, result) == "changed"


def test_undo_is_refused_where_something_newer_depends_on_it(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    club = toy_session.scalars(sa.select(ToyClub).where(ToyClub.code == "B")).one()
    # The link would cascade: without the check the newer member would go silently.
    toy_session.add(ToyMember(club_id=club.id, name="Nouveau"))
    toy_session.commit()
    assert refused(toy_session, result) == "referenced"


def test_undo_ignores_projections_and_bare_links(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    toy_session.execute(sa.update(ToyClub).values(member_count=9))
    club = toy_session.scalars(sa.select(ToyClub).where(ToyClub.code == "B")).one()
    toy_session.execute(sa.insert(ToyTag).values(id=1))
    toy_session.execute(sa.insert(ToyBase.metadata.tables["toy_label"]).values(club_id=club.id, tag_id=1))
    toy_session.commit()
    undo(toy_session, batch_of(toy_session, result), Actor.system(), base=ToyBase)
    assert picture(toy_session) == {
        "toy_tag": [(1,)],
        "toy_club": [],
        "toy_label": [],
        "toy_member": [],
        "toy_total": [],
    }


def test_undo_works_once_and_not_after_bulk_inserts(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    undo(toy_session, batch_of(toy_session, result), Actor.system(), base=ToyBase)
    toy_session.commit()
    with pytest.raises(Refused, match="déjà été annulé"):
        undo(toy_session, batch_of(toy_session, result), Actor.system(), base=ToyBase)
    bulk = load(toy_session, [HEADER, ["Z", "bloc", None, None, None, None]])
    assert refused(toy_session, bulk) == "untracked"


def test_a_file_taken_back_can_be_imported_again(toy_session: Session) -> None:
    first = load(toy_session, FIRST)
    undo(toy_session, batch_of(toy_session, first), Actor.system(), base=ToyBase)
    toy_session.commit()
    again = load(toy_session, FIRST)
    assert again.created == 2
    assert not any(str(first.batch) in warning.sentence() for warning in again.warnings)


def test_only_its_author_the_ministry_and_the_operator_take_it_back(
    toy_session: Session, officer: Actor
) -> None:
    result = load(toy_session, FIRST, officer)
    stranger = Actor.of(77, "X", Role.REGIONAL_OFFICER)
    assert refused(toy_session, result, stranger) == "permission"
    assert refused(toy_session, result, Actor.of(78, "X", Role.TRAINER)) == "permission"
    undo(toy_session, batch_of(toy_session, result), officer, base=ToyBase)
    assert picture(toy_session)["toy_club"] == []


def test_links_changed_on_existing_records_cannot_be_taken_back(toy_session: Session) -> None:
    load(toy_session, FIRST)

    def label(context: Any, rows: Any) -> None:
        for club in context.session.scalars(sa.select(ToyClub)):
            club.tags.append(ToyTag())

    tagging = dataclasses.replace(CLUBS, apply=label)
    result = run_import(toy_session, tagging, xlsx(FIRST), "x", actor=Actor.system(), scope=Scope.country())
    toy_session.commit()
    assert refused(toy_session, result) == "untracked"


def test_kinds_are_registered_once_and_listed_in_order() -> None:
    from programme.base.workbook import kinds as module

    kept = dict(module._register)
    try:
        late = register(dataclasses.replace(CLUBS, name="zz-toys", order=-9))
        first: ImportKind = register(dataclasses.replace(CLUBS, name="aa-toys", order=-10))
        assert kind("zz-toys") is late
        assert kinds()[:2] == [first, late]
        with pytest.raises(KeyError):
            kind("none")
        with pytest.raises(ValueError, match="options"):
            dataclasses.replace(CLUBS, options=("colour",))
    finally:
        module._register.clear()
        module._register.update(kept)


def test_a_wrong_optional_cell_does_not_hide_what_else_is_wrong(toy_session: Session) -> None:
    load(toy_session, [HEADER, ["A", "Alif", None, None, None, None]])
    (bad,) = load(toy_session, [HEADER, ["B", "Ba", None, None, "hier", None]]).errors
    assert bad.column == "founded_on"
    both = load(toy_session, [HEADER, ["B", "interdit", None, None, "hier", None]])
    assert {one.column for one in both.errors} == {"founded_on", "Nom"}
    assert (both.created, both.batch) == (0, None)
    assert toy_session.scalar(sa.select(sa.func.count()).select_from(ToyClub)) == 1


def test_the_answer_names_the_rows_that_it_adds_or_changes(toy_session: Session) -> None:
    result = load(toy_session, FIRST)
    assert (result.added, result.names) == ([2, 3], {2: "A · Alif · Amina", 3: "B · Ba"})
    changed = load(toy_session, [HEADER, ["A", "Alef", None, None, None, None]])
    assert (changed.added, changed.names) == ([], {2: "A · Alef"})
