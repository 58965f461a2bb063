"""Imports of modules, cohorts and trainees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.enrolment import queries, rules
from cohorts.enrolment.models import Cohort, CohortState, EnrolmentState
from cohorts.people.models import Person, Sex
from cohorts.people.rules import as_typed
from programme.base.access import Scope
from programme.base.workbook.kinds import kind
from programme.base.workbook.run import run_import
from tests.factories.cohorts import SYSTEM, an_association, cohort, module, seat
from tests.factories.people import person
from tests.factories.programmes import regional_programme
from tests.factories.transfers import actor as officer
from tests.regions.programmes.test_imports import bring

COUNTRY = Scope.country()
MODULES = "module;title_ar;title_fr;hours\nM1;الحكامة;Gouvernance;12\nM2;التدبير;;7,5\n"
COHORTS = (
    "cohort;region;name_ar;agreement;starts_on;ends_on;seats;places;modules\n"
    "FM-1;03;الفوج الأول;CONV-1;08/09/2023;2024-07-31;30;4;M1;M2\n"
)
HEAD = "cohort;association_receipt_no;association;name_ar;national_id;sex;birth_date;phone;bureau_role\n"


def cohorts_file(modules: str = '"M1;M2"', **cells: str) -> str:
    values = {
        "cohort": "FM-1",
        "region": "03",
        "name_ar": "الفوج الأول",
        "agreement": "CONV-1",
        "starts_on": "08/09/2023",
        "seats": "30",
        **cells,
    }
    return ";".join([*values, "modules"]) + "\n" + ";".join([*values.values(), modules]) + "\n"


def test_modules_come_once_and_change(session: Any) -> None:
    assert bring(session, MODULES, "modules").created == 2
    assert bring(session, MODULES, "modules").unchanged == 2
    result = bring(session, MODULES.replace("7,5", "9"), "modules")
    assert [(c.before, c.after) for c in result.changes] == [("7.5", "9")]
    assert bring(session, MODULES.replace("12", "0"), "modules").errors[0].column == "hours"


def test_cohorts_come_once_and_change(session: Any) -> None:
    bring(session, MODULES, "modules")
    regional_programme()
    assert bring(session, cohorts_file(), "cohorts").errors == []
    made = queries.cohort_by_code(COUNTRY, "FM-1")
    assert made is not None
    assert (made.state, made.places, len(made.modules)) == (CohortState.RUNNING, 4, 2)
    assert bring(session, cohorts_file(), "cohorts").batch is None
    result = bring(session, cohorts_file(modules="M1", seats="31"), "cohorts")
    assert [(c.before, c.after) for c in result.changes] == [(30, 31), ("M1;M2", "M1")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"region": "05"}, "region"),
        ({"region": "99"}, "region"),
        ({"modules": "M1;M9"}, "modules"),
        ({"seats": "0"}, None),
    ],
)
def test_cohorts_refused(session: Any, cells: dict[str, str], column: str | None) -> None:
    bring(session, MODULES, "modules")
    regional_programme()
    codes = '"' + cells.pop("modules", "M1") + '"'
    errors = bring(session, cohorts_file(modules=codes, **cells), "cohorts").errors
    if column is None:
        assert errors == []
    else:
        assert [e.column for e in errors] == [column]


def test_a_cohort_does_not_move_to_another_region(session: Any) -> None:
    cohort("FM-1")
    regional_programme("04")
    assert bring(session, cohorts_file(modules="M1", region="04"), "cohorts").errors[0].column == "region"


@pytest.fixture
def ready(session: Any) -> Cohort:
    made = cohort("FM-1", seats_target=1)
    an_association("جمعية الأمل للتنمية", receipt_no="12/2020")
    an_association("جمعية النور", receipt_no="13/2020")
    return made


ROWS = (
    "FM-1;12/2020;;أمينة العلوي;AB123456;F;1990-05-01;0661234567;رئيسة\n"
    "FM-1;;جمعية الامل للتنمية;يوسف التازي;;ذكر;;;عضو\n"
    "FM-1;13/2020;;سلمى الفاسي;CD12345678901;أنثى;;;\n"
)


def test_trainees_get_seats_and_places(session: Any, ready: Cohort) -> None:
    result = bring(session, HEAD + ROWS, "trainees")
    assert (result.created, result.errors) == (3, [])
    roster = queries.roster(COUNTRY, ready)
    assert [(e.seat.number, str(e.person.name), e.state) for e in roster] == [
        (1, "أمينة العلوي", EnrolmentState.CONFIRMED),
        (1, "يوسف التازي", EnrolmentState.CONFIRMED),
        (2, "سلمى الفاسي", EnrolmentState.CONFIRMED),
    ]
    assert roster[0].enrolled_on == ready.starts_on
    assert roster[1].person.sex is Sex.M
    assert queries.seats(COUNTRY, ready)[1].reason == "Import des bénéficiaires"
    said = " ".join(w.sentence() for w in result.warnings)
    assert "au-delà de la cible" in said
    assert "12345678901" not in said + repr(result.warnings)


def test_the_same_trainees_twice_change_nothing(session: Any, ready: Cohort) -> None:
    bring(session, HEAD + ROWS, "trainees")
    again = bring(session, HEAD + ROWS, "trainees")
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 3, None)


def test_a_row_changes_what_it_says_otherwise(session: Any, ready: Cohort) -> None:
    bring(session, HEAD + ROWS, "trainees")
    row = "FM-1;12/2020;;أمينة العلوي;AB123456;F;1991-05-01;0661234567;الكاتبة العامة\n"
    row += "FM-1;12/2020;;يوسف التازي;EF123456;;;;\n"
    result = bring(session, HEAD + row, "trainees")
    assert (result.created, result.updated, result.errors) == (0, 2, [])
    assert (dt.date(1990, 5, 1), dt.date(1991, 5, 1)) in [(c.before, c.after) for c in result.changes]
    assert (None, "EF••••56") in [(c.before, c.after) for c in result.changes]


@pytest.mark.parametrize(
    ("first", "second", "is_said"),
    [
        (";;;;", ";;;;", True),
        (";;1990-05-01;;", ";;;;", True),
        (";;;;", ";;1990-05-01;;", True),
        (";;;;", "EF123456;;;;", True),
        (";;1990-05-01;;", ";;01/05/1990;;", False),
        (";;;0661234567;", ";;;0661234567;", False),
        ("EF123456;;;;", "EF123456;;;;", False),
    ],
)
def test_two_rows_of_one_name_in_a_seat_are_one_person_and_it_is_said(
    session: Any, ready: Cohort, first: str, second: str, is_said: bool
) -> None:
    text = f"FM-1;12/2020;;يوسف التازي;{first}\nFM-1;12/2020;;التازي يوسف;{second}\n"
    result = bring(session, HEAD + text, "trainees")
    assert (result.errors, len(queries.roster(COUNTRY, ready))) == ([], 1)
    said = [(w.row, "ligne 2" in w.message) for w in result.warnings if "même nom" in w.message]
    assert said == ([(3, True)] if is_said else [])
    assert bring(session, HEAD + text, "trainees").batch is None


def test_two_birth_dates_in_a_seat_are_two_persons(session: Any, ready: Cohort) -> None:
    text = "FM-1;12/2020;;يوسف التازي;;;1990-05-01;;\nFM-1;12/2020;;يوسف التازي;;;1991-05-01;;\n"
    result = bring(session, HEAD + text, "trainees")
    assert (result.errors, len(queries.roster(COUNTRY, ready))) == ([], 2)
    assert not [w for w in result.warnings if "même nom" in w.message]


def test_the_former_data_of_someone_out_of_scope_are_not_shown(session: Any, ready: Cohort) -> None:
    person("أمينة العلوي", national_id="EF123456", phone="0611111111")
    text = HEAD + "FM-1;12/2020;;العلوي أمل;EF123456;;;0622222222;\n"
    near = Scope(regions=frozenset({ready.region_id}))
    result = run_import(session, kind("trainees"), text.encode(), "t.csv", actor=officer(), scope=near)
    assert result.errors == []
    assert "0611111111" not in str(result.changes)
    assert "611111111" not in str(result.changes)
    assert "…" in [c.before for c in result.changes]


def test_two_spellings_in_one_file_settle(session: Any, ready: Cohort) -> None:
    text = ROWS + "RS-1;99/2020;;امينة العلوى;AB123456;F;;;\n"
    cohort("RS-1", region="04")
    an_association("جمعية الريف", "04.421", receipt_no="99/2020")
    assert bring(session, HEAD + text, "trainees").errors == []
    assert bring(session, HEAD + text, "trainees").batch is None


def test_a_national_id_on_the_wrong_row_is_said(session: Any, ready: Cohort) -> None:
    bring(session, HEAD + ROWS, "trainees")
    result = bring(session, HEAD + "FM-1;12/2020;;كريم بنجلون;AB123456;;;;\n", "trainees")
    assert "national_id" in [w.column for w in result.warnings]
    assert "AB123456" not in repr(result.warnings)
    assert result.updated == 0


def test_c2_and_places_are_refused_by_row_and_column(session: Any, ready: Cohort) -> None:
    seat(cohort("FM-2"), an_association("جمعية أخرى", receipt_no="14/2020"))
    crowd = "".join(f"FM-1;12/2020;;شخص {word};;;;;\n" for word in ("أول", "ثان", "ثالث"))
    text = ROWS + "FM-2;14/2020;;أمينة العلوي;AB123456;F;;;\n" + crowd
    errors = bring(session, HEAD + text, "trainees").errors
    assert [(e.row, e.column) for e in errors] == [(5, "national_id"), (8, "association_receipt_no")]
    assert errors[0].value == "AB••••56"


def test_unknown_names_are_refused_by_row_and_column(session: Any, ready: Cohort) -> None:
    text = "FM-9;12/2020;;أ ب;;;;;\nFM-1;77/2020;;أ ب;;;;;\nFM-1;;جمعية مجهولة;أ ب;;;;;\n"
    errors = bring(session, HEAD + text, "trainees").errors
    assert [(e.row, e.column) for e in errors] == [
        (2, "cohort"),
        (3, "association_receipt_no"),
        (4, "association"),
    ]
    head = "cohort;association;name_ar;commune_code\n"
    errors = bring(session, head + "FM-1;جمعية النور;أ ب;99.1\n", "trainees").errors
    assert [(e.row, e.column) for e in errors] == [(2, "commune_code")]


def test_the_cohort_may_be_an_option(session: Any, ready: Cohort) -> None:
    text = "association;name_ar;commune_code;enrolled_on\nجمعية النور;أ ب;03.231.01.01;2023-10-01\n"
    assert bring(session, text, "trainees", cohort="FM-1").created == 1
    made = queries.roster(COUNTRY, ready)[0]
    assert made.enrolled_on == dt.date(2023, 10, 1)
    changed = bring(session, text.replace("2023-10-01", "2023-11-01"), "trainees", cohort="FM-1")
    assert changed.updated == 1


def test_who_was_withdrawn_is_not_enrolled_again(session: Any, ready: Cohort) -> None:
    bring(session, HEAD + ROWS, "trainees")
    first = queries.roster(COUNTRY, ready)[0]
    rules.withdraw(SYSTEM, first, on=dt.date(2023, 10, 1), reason="سفر")
    again = bring(session, HEAD + ROWS, "trainees")
    assert (again.created, again.updated, again.errors) == (0, 0, [])
    assert "retiré" in again.warnings[-1].message or any("retiré" in w.message for w in again.warnings)


def test_look_alikes_are_counted(session: Any, ready: Cohort) -> None:
    twin = ";;;1990-05-01;0661234567;\n"
    text = "FM-1;12/2020;;أمينة العلوي" + twin + "FM-1;13/2020;;العلوي أمينة" + twin
    result = bring(session, HEAD + text, "trainees")
    assert (result.created, len(result.suspects)) == (2, 1)


def test_an_import_can_be_taken_back(session: Any, ready: Cohort) -> None:
    from programme.base.batches import ImportBatch
    from programme.base.workbook.undo import undo

    result = bring(session, HEAD + ROWS, "trainees")
    session.commit()
    batch = session.query(ImportBatch).filter_by(code=result.batch).one()
    undo(session, batch, actor=SYSTEM)
    assert queries.roster(COUNTRY, ready) == []
    assert module("M1").minutes == 600


def test_a5_what_a_cell_held_is_kept_beside_the_cleaned_phone_and_national_id(session: Any) -> None:
    cohort("FM-1")
    giver = an_association("جمعية الأمل")
    typed = {"national_id": "ab 123-456", "phone": "٠٦٦١\u00a0٢٣ ٤٥ ٦٧"}
    text = (
        HEAD
        + f"FM-1;{giver.receipt_no};;سعاد الحياني;{typed['national_id']};F;1990-05-01;{typed['phone']};\n"
    )
    assert bring(session, text, "trainees").errors == []
    made = session.scalars(sa.select(Person)).one()
    assert (made.phone, made.national_id_masked) == ("+212661234567", "AB••••56")
    assert as_typed(made) == typed
    sealed = made.typed_sealed
    again = bring(session, text, "trainees")
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 1, None)
    plain = bring(session, text.replace(typed["phone"], "0661234567"), "trainees")
    assert (plain.updated, plain.batch) == (0, None)
    assert made.typed_sealed == sealed
    changed = bring(session, text.replace(typed["phone"], "06 61 23 45 68"), "trainees")
    assert (changed.errors, changed.updated) == ([], 1)
    assert as_typed(made)["phone"] == "06 61 23 45 68"
