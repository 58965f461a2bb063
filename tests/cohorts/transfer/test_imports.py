"""Import of transfers exactly as WORKBOOKS.md has it."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from cohorts.enrolment.models import Seat
from cohorts.people.models import Person, PersonPair
from cohorts.people.rules import as_typed
from cohorts.reached.queries import evidence, pending
from cohorts.transfer import rules
from cohorts.transfer.imports import TRANSFERS
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState, TransferStep
from programme.base.access import Actor, Role, Scope
from programme.base.batches import ImportChange, batch_called
from programme.base.extensions import db
from programme.base.refusals import Refused
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.undo import undo
from regions.associations.models import Association
from tests.client import HouseClient, Statements
from tests.cohorts.reached.rows import moment
from tests.factories.cohorts import an_association, enrolment
from tests.factories.people import person
from tests.factories.transfers import SYSTEM, actor, host, transfer

pytestmark = pytest.mark.usefixtures("house")
KEYS = tuple(column.key for column in TRANSFERS.columns)
ALL = Scope.country()


def book(*rows: dict[str, Any]) -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.worksheets[0]
    page.append(list(KEYS))
    for row in rows:
        page.append([row.get(key) for key in KEYS])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def row(giver: Association, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "activity": "NAQL-1",
        "date": "2024-03-01",
        "hours": 6,
        "host_association_receipt_no": giver.receipt_no,
        "participant": f"مشاركة {number}",
        "participant_national_id": f"QQ{number:06d}",
        "sex": "F",
        "association": "جمعية الضيوف",
        "association_receipt_no": "77/2021",
        "province_code": "03.561",
        **more,
    }


def run(*rows: dict[str, Any], by: Actor = SYSTEM, scope: Scope = ALL, **more: Any) -> Result:
    return run_import(db.session(), TRANSFERS, book(*rows), "t.xlsx", actor=by, scope=scope, **more)


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_what_is_imported_is_declared_and_counts_once_validated_by_someone() -> None:
    giver = host()
    result = run(row(giver, 1), row(giver, 2))
    assert (result.errors, result.created, result.updated) == ([], 2, 0)
    (made,) = db.session.scalars(sa.select(TransferActivity))
    assert (made.state, made.submitted_by_id, made.region_id) == (
        TransferState.SUBMITTED,
        None,
        giver.region_id,
    )
    guest = made.participations[0].association
    assert guest.province is not None
    assert (guest.province.code, guest.receipt_no) == ("03.561", "77/2021")
    assert (pending(ALL, moment()), evidence(ALL, moment())) == ([guest.id], [])
    rules.validate(actor(), made)
    assert [one.association_id for one in evidence(ALL, moment())] == [guest.id]


def test_the_same_file_twice_changes_nothing_and_says_so() -> None:
    giver = host()
    rows = [
        row(giver, 1),
        row(giver, 2, participant_national_id=None, birth_date="01/02/1990", phone="0612345678"),
    ]
    run(*rows)
    before = (count(Person), count(TransferParticipation), count(Association))
    version = db.session.scalars(sa.select(TransferActivity.version)).one()
    again = run(*rows)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 2, None)
    assert any("rien ne change" in said.message for said in again.warnings)
    assert (count(Person), count(TransferParticipation), count(Association)) == before
    assert db.session.scalars(sa.select(TransferActivity.version)).one() == version


def test_changed_hours_show_before_and_after_until_the_sheet_is_validated() -> None:
    giver = host()
    run(row(giver, 1), row(giver, 2))
    result = run(row(giver, 1, hours=4.5), row(giver, 2))
    assert [(c.row, c.before, c.after) for c in result.changes] == [(2, 6.0, 4.5)]
    (made,) = db.session.scalars(sa.select(TransferActivity))
    rules.validate(actor(), made)
    assert run(row(giver, 1, hours=4.5), row(giver, 2)).unchanged == 2
    refused = run(row(giver, 1, hours=6), row(giver, 2), row(giver, 3))
    assert [(e.row, e.column) for e in refused.errors] == [(2, "activity"), (4, "activity")]


def test_without_a_national_id_a_name_is_known_on_its_sheet_only() -> None:
    giver = host()
    who: dict[str, Any] = {
        "participant": "سعاد الهلالي",
        "participant_national_id": None,
        "birth_date": "1990-05-04",
    }
    who["phone"] = "06 12 34 56 78"
    result = run(
        row(giver, **who),
        row(giver, **{**who, "participant": "الهلالي سعاد"}, date="2024-03-02"),
        row(giver, **who, activity="NAQL-2"),
    )
    assert (result.errors, count(Person), count(PersonPair)) == ([], 2, 1)
    assert result.counts()["suspected_duplicates"] == 1


def test_a_missing_province_leaves_the_association_without_one_in_the_hosts_region() -> None:
    giver = host("07.351")
    run(row(giver, province_code=None, association_receipt_no=None))
    guest = db.session.scalars(sa.select(Association).where(Association.name_ar == "جمعية الضيوف")).one()
    assert (guest.region_id, guest.province_id) == (giver.region_id, None)


def test_a_repeated_row_counts_once_and_a_contradicting_one_is_refused() -> None:
    giver = host()
    result = run(row(giver, 1), row(giver, 1))
    assert (result.errors, count(TransferParticipation)) == ([], 1)
    assert any("répète la ligne 2" in said.message for said in result.warnings)
    other = run(row(giver, 5, activity="NAQL-9"), row(giver, 5, activity="NAQL-9", hours=2))
    assert [(e.row, e.column) for e in other.errors] == [(3, "hours")]


@pytest.mark.parametrize(
    ("fault", "column"),
    [
        ({"host_association_receipt_no": "0/1900"}, "host_association_receipt_no"),
        ({"module": "RIEN"}, "module"),
        ({"commune_code": "99.1"}, "commune_code"),
        ({"province_code": "99.999"}, "province_code"),
        ({"date": "2999-01-01"}, "date"),
        ({"hours": 25}, "hours"),
        ({"sex": "X"}, "sex"),
    ],
)
def test_each_fault_names_its_cell_and_nothing_is_written(fault: dict[str, Any], column: str) -> None:
    giver = host()
    result = run(row(giver, 1), {**row(giver, 2), **fault})
    assert [(e.row, e.column) for e in result.errors] == [(3, column)]
    assert count(TransferActivity) == count(Person) == 0


def test_a_host_without_a_seat_is_only_a_warning_that_whoever_validates_reads_too(
    client: HouseClient, session: Any
) -> None:
    giver = an_association()
    result = run(row(giver))
    assert (result.errors, count(TransferActivity)) == ([], 1)
    assert any("siège" in said.message for said in result.warnings)
    session.commit()
    made = session.scalars(sa.select(TransferActivity)).one()
    client.sign_in_as(Role.REGIONAL_OFFICER, region=giver.region_id)
    assert "n&#39;a de siège dans aucune cohorte" in client.page(f"/transfers/{made.id}")
    sound = transfer()
    session.commit()
    assert "siège dans aucune" not in client.page(f"/transfers/{sound.id}")


def test_a_trainer_is_kept_where_the_host_trained_them() -> None:
    giver = host()
    own = person("محمد الفاسي", national_id="AB123456")
    enrolment(db.session.scalars(sa.select(Seat).where(Seat.association_id == giver.id)).one(), own)
    run(row(giver, trainer_national_id="ab 123456"))
    assert db.session.scalars(sa.select(TransferActivity.trainer_id)).one() == own.id
    result = run(row(giver, activity="NAQL-2", trainer_national_id="ZZ999999"))
    assert any(said.column == "trainer_national_id" for said in result.warnings)


def test_another_regions_host_is_not_found_by_an_officer() -> None:
    giver = host("07.351")
    officer = actor(Role.REGIONAL_OFFICER)
    fes = an_association().region_id
    result = run(row(giver), by=officer, scope=Scope(regions=frozenset({fes})))
    assert [e.column for e in result.errors] == ["host_association_receipt_no"]


def test_an_import_is_taken_back_exactly() -> None:
    giver = host()
    before = (count(Person), count(Association))
    result = run(row(giver, 1), row(giver, 2))
    batch = batch_called(db.session(), result.batch or "")
    assert batch is not None
    undo(db.session(), batch, SYSTEM)
    assert (count(TransferActivity), count(TransferParticipation)) == (0, 0)
    assert (count(Person), count(Association)) == before


def test_many_rows_take_few_statements() -> None:
    giver = host()
    rows = [
        row(
            giver,
            n,
            activity=f"NAQL-{n // 24}",
            association=f"جمعية {n // 6} للتنمية",
            association_receipt_no=f"{n // 6}/2022",
        )
        for n in range(480)
    ]
    with Statements() as some:
        result = run(*rows)
    assert (result.errors, result.created) == ([], 480)
    assert len(some) < 3 * len(rows)


def test_an_implementer_imports_only_for_the_hosts_of_its_agreements() -> None:
    giver, by = host(), actor(Role.IMPLEMENTER)
    territory = frozenset({giver.region_id})
    elsewhere = Scope(territory=territory, agreements=frozenset({"CONV-0"}))
    refused = run(row(giver), by=by, scope=elsewhere)
    assert [e.column for e in refused.errors] == ["host_association_receipt_no"]
    assert count(TransferActivity) == 0
    own = Scope(territory=territory, agreements=frozenset({"CONV-2023-01"}))
    assert run(row(giver), by=by, scope=own).errors == []


def test_a5_what_a_cell_held_is_kept_beside_the_cleaned_phone_and_national_id() -> None:
    giver = host()
    typed = {"national_id": "qq 000-001", "phone": "٠٦٦١\u00a0٢٣ ٤٥ ٦٧"}
    sheet = row(giver, 1, participant_national_id=typed["national_id"], phone=typed["phone"])
    assert run(sheet).errors == []
    (made,) = db.session.scalars(sa.select(Person))
    assert (made.phone, made.national_id_masked) == ("+212661234567", "QQ••••01")
    assert as_typed(made) == typed
    sealed = made.typed_sealed
    again = run(sheet)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 1, None)
    assert made.typed_sealed == sealed
    run({**sheet, "phone": "06 61 23 45 68"})
    assert as_typed(made)["phone"] == "06 61 23 45 68"


def _forget_whose_steps() -> None:
    """As an import of before steps were kept left them: written by the migration, of no batch."""
    db.session.execute(sa.delete(ImportChange).where(ImportChange.table_name == TransferStep.__tablename__))
    db.session.expire_all()


def test_steps_that_belong_to_no_batch_keep_no_import_from_being_taken_back() -> None:
    giver = host()
    result = run(row(giver, 1), row(giver, 2))
    _forget_whose_steps()
    undo(db.session(), batch_called(db.session(), result.batch or ""), SYSTEM)
    assert (count(TransferActivity), count(TransferStep), count(TransferParticipation)) == (0, 0, 0)


def test_a_step_taken_since_still_keeps_an_import_from_being_taken_back() -> None:
    result = run(row(host(), 1))
    _forget_whose_steps()
    (made,) = db.session.scalars(sa.select(TransferActivity))
    rules.return_(actor(), made, "à compléter")
    with pytest.raises(Refused):
        undo(db.session(), batch_called(db.session(), result.batch or ""), SYSTEM)
