"""The associations' workbook: matched by receipt, all or nothing, twice the same, taken back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from programme.base.access import Actor, Role, Scope
from programme.base.batches import batch_called
from programme.base.workbook.kinds import kind
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.undo import undo
from regions.associations import queries, rules
from regions.associations.models import (
    Association,
    AssociationSuspicion,
    AssociationWord,
    Coverage,
    ReceiptKind,
)
from regions.associations.queries import Filters
from tests.client import Statements
from tests.factories.associations import association, commune, province, region

SYSTEM = Actor.system()
HEAD = "name_ar;name_fr;receipt_no;receipt_kind;province_code;province;commune;phone;coverage"


def bring(session: Any, *lines: str, head: str = HEAD, **options: Any) -> Result:
    data = "\n".join([head, *lines]).encode()
    options = {"actor": SYSTEM, "scope": Scope.country(), **options}
    return run_import(session, kind("associations"), data, "associations.csv", **options)


def count(session: Any, table: Any = Association) -> int:
    return int(session.scalar(sa.select(sa.func.count()).select_from(table)))


def test_rows_become_records_and_twice_changes_nothing(session: Any) -> None:
    lines = (
        f"جمعية الأمل;Espoir;12 / ٢٠٢٠;définitif;03.231;;{commune().name_fr};06 12 34 56 78;locale",
        f"جمعية الوردة;;13/2020;;;{province().name_ar};;;",
    )
    result = bring(session, *lines)
    assert (result.errors, result.created) == ([], 2)
    first, second = queries.associations(Scope.country()).rows
    assert (first.receipt_no, first.phone) == ("12/2020", "+212612345678")
    assert (first.receipt_kind, first.coverage) == (ReceiptKind.FINAL, Coverage.LOCAL)
    assert (first.commune_id, second.province_id) == (commune().id, province().id)
    assert "06 12 34 56 78" in (first.raw or "")
    assert [a.id for a in queries.associations(Scope.country(), Filters(q="espoir")).rows] == [first.id]
    session.commit()
    again = bring(session, *lines)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_a_row_updates_only_what_it_changes(session: Any) -> None:
    made = association("جمعية الأمل", receipt_no="1/2020", phone="0612345678", domain="بيئة")
    result = bring(session, f"جمعية الأمل;Espoir;1/2020;;03.231;;{commune().name_ar};;nationale")
    assert (result.created, result.updated) == (0, 1)
    assert sorted(change.field for change in result.changes) == [
        "Code de la commune",
        "Nom en français",
        "Rayon d'action",
    ]
    assert (made.name_fr, made.phone, made.domain) == ("Espoir", "+212612345678", "بيئة")


def test_a_record_without_receipt_gets_it(session: Any) -> None:
    made = association("جمعية الأمل", receipt_no=None)
    result = bring(session, "الامل;;5/2021;;03.231;;;;")
    assert (result.created, result.updated) == (0, 1)
    assert made.receipt_no == "5/2021"


def test_errors_name_the_column_and_nothing_is_written(session: Any) -> None:
    result = bring(
        session,
        "جمعية أ;;1/1;;99.999;;;;",
        "جمعية ب;;2/1;;;Nulle part;;;",
        "جمعية ج;;3/1;;03.231;;Nulle part;;",
        "جمعية د;;4/1;;03.231;;;;",
        "جمعية ه;;4/1;;03.231;;;;",
    )
    assert [(issue.row, issue.column) for issue in result.errors] == [
        (2, "province_code"),
        (3, "province"),
        (4, "commune"),
        (6, "receipt_no"),
    ]
    assert count(session) == 0
    head = "name_ar;receipt_no;province_code;commune_code;founded_on"
    result = bring(session, "جمعية;1/1;03.231;01.511.01.01;", "جمعية;2/1;03.231;;2090-01-01", head=head)
    assert [issue.column for issue in result.errors] == ["commune_code", "founded_on"]


def test_the_territory_and_the_region_asked_for_bind(session: Any) -> None:
    officer = Actor.of(1, "مسؤول", Role.REGIONAL_OFFICER)
    line = "جمعية;;1/1;;01.511;;;;"
    result = bring(session, line, actor=officer, scope=Scope(regions=frozenset({region().id})))
    assert result.errors[0].column == "province_code"
    result = bring(session, line, options={"region": "03"})
    assert result.errors[0].column == "province_code"
    assert bring(session, line, options={"region": "01"}).created == 1


def test_the_same_row_copied_and_a_merged_record(session: Any) -> None:
    kept, gone = association("جمعية السلام"), association("جمعية النور", receipt_no="9/9")
    gone.merged_into_id = kept.id
    session.flush()
    line = "جمعية الأمل;;1/1;;03.231;;;;"
    result = bring(session, line, line, "جمعية النور ب;;9/9;;03.231;;;;")
    assert (result.errors, result.created, result.unchanged) == ([], 1, 2)
    assert gone.name_ar == "جمعية النور"


def test_suspected_duplicates_are_listed(session: Any) -> None:
    association("جمعية الأمل للتنمية")
    result = bring(session, "الامل للتنميه;;1/1;;03.231;;;;", "جمعية الأمل للتنمية ;;2/1;;03.231;;;;")
    assert result.counts()["suspected_duplicates"] == 3
    assert count(session, AssociationSuspicion) == 3


def test_an_import_is_taken_back(session: Any) -> None:
    made = association("جمعية الأمل للتنمية", receipt_no="1/1")
    session.commit()
    before = sorted(session.scalars(sa.select(AssociationWord.word)))
    result = bring(session, "جمعية الأمل;Espoir;1/1;;03.231;;;;", "جمعية الامل;;2/1;;03.231;;;;")
    session.commit()
    assert (result.created, result.updated) == (1, 1)
    batch = batch_called(session, str(result.batch))
    assert batch is not None
    undo(session, batch, SYSTEM)
    session.commit()
    assert (count(session), count(session, AssociationSuspicion)) == (1, 0)
    assert (made.name_ar, made.name_fr) == ("جمعية الأمل للتنمية", None)
    assert sorted(session.scalars(sa.select(AssociationWord.word))) == before
    session.expire_all()
    assert made.compare_key == rules.compared("جمعية الأمل للتنمية"), "no image of the import holds it"


def test_the_readings_do_not_grow_with_the_rows(session: Any) -> None:
    def lines(year: int, number: int) -> list[str]:
        return [f"جمعية {'ابتثجحخد'[i % 8]}{i};;{i}/{year};;03.231;;;;" for i in range(number)]

    counts = []
    for year, number in ((2020, 5), (2021, 400)):
        with Statements() as counted:
            assert bring(session, *lines(year, number)).created == number
        session.commit()
        counts.append(sum(not text.startswith("INSERT") for text in counted.all))
    assert counts[1] <= counts[0] + 6
