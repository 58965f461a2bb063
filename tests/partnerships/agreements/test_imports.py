"""Agreements brought in by workbook, one row a party (WORKBOOKS.md)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from partnerships.agreements import queries
from partnerships.agreements.imports import COLUMNS
from partnerships.agreements.models import Agreement, AgreementState
from partnerships.agreements.period import effective_period
from programme.base import clock, journal
from programme.base.access import GRANTS, Actor, Role, Scope
from programme.base.batches import ImportBatch
from programme.base.workbook.kinds import kind
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.undo import undo
from tests.base.workbook.files import csv
from tests.factories import partnerships as make

HEADERS = [column.key for column in COLUMNS]
OFFICER = Actor(None, "cadre", Role.MINISTRY_OFFICER, GRANTS[Role.MINISTRY_OFFICER])


def row(**fields: str) -> dict[str, str]:
    return {
        "agreement": "FM-3",
        "kind": "tripartite",
        "title_ar": "اتفاقية ثلاثية",
        "title_fr": "Convention tripartite",
        "region": "03",
        "starts_on": "2023-06-14",
        "ends_on": "14/06/2030",
        "party": "ولاية جهة فاس - مكناس",
        "party_role": "host",
        "signatory": "السعيد زنيبر",
        "capacity": "والي الجهة",
        "signed_on": "2023-06-14",
        **fields,
    }


COUNCIL = {
    "party": "مجلس جهة فاس - مكناس",
    "party_role": "funder",
    "signatory": "يونس الرفيق",
    "capacity": "نائب الرئيس",
}
AMSED = {
    "party": "Association marocaine de solidarité et de développement (AMSED)",
    "party_role": "implementer",
    "signatory": "امبارك موغلي",
    "capacity": "نائب الرئيسة",
}


def bring(
    session: Any,
    *rows: dict[str, str],
    actor: Actor = OFFICER,
    scope: Scope | None = None,
    **options: Any,
) -> Result:
    lines = [HEADERS, *([one.get(key, "") for key in HEADERS] for one in rows)]
    return run_import(
        session,
        kind("agreements"),
        csv(lines),
        "conventions.csv",
        actor=actor,
        scope=scope or Scope.country(),
        **options,
    )


def found(reference: str = "FM-3") -> Agreement:
    agreement = queries.agreement_by_reference(Scope.country(), reference)
    assert agreement is not None
    return agreement


def test_it_is_in_force_from_its_last_signature(session: Any) -> None:
    result = bring(session, row(), row(**COUNCIL, signed_on="01/07/2023", cash_mad="1500,50"))
    assert (result.errors, result.created) == ([], 2)
    agreement = found()
    assert agreement.state is AgreementState.IN_FORCE
    assert effective_period(agreement) == (dt.date(2023, 7, 1), dt.date(2030, 6, 14))
    assert [party.organisation.kind for party in agreement.parties] == ["wilaya", "regional_council"]
    assert agreement.parties[1].cash_mad == 150_050
    assert agreement.region is not None
    assert agreement.region.code == "03"
    session.commit()
    told = [e.event.rpartition(":")[2] for e in journal.history(session, "agreement", agreement.id)]
    assert told[:6] == ["enter_into_force", "sign", "sign", "sign", "approve", "negotiate"]


def test_force_waits_for_the_start_where_it_is_later(session: Any) -> None:
    bring(session, row(starts_on="2023-09-01"), row(**COUNCIL, starts_on="2023-09-01"))
    period = effective_period(found())
    assert period is not None
    assert period[0] == dt.date(2023, 9, 1)


def test_what_is_missing_keeps_it_short_of_force(session: Any) -> None:
    result = bring(
        session,
        row(),
        row(**{**COUNCIL, "capacity": ""}),
        row(agreement="FM-4", signatory="", capacity="", signed_on=""),
        row(agreement="FM-4", **{**COUNCIL, "signatory": "", "capacity": ""}, signed_on=""),
    )
    assert result.errors == []
    assert "Signature incomplète" in result.warnings[0].message
    assert found().state is AgreementState.APPROVED
    assert [party.signed_on for party in found().parties] == [dt.date(2023, 6, 14), None]
    assert found("FM-4").state is AgreementState.DRAFT
    completed = bring(session, row(), row(**COUNCIL))
    assert (completed.errors, completed.updated, completed.unchanged) == ([], 2, 0)
    assert {change.field for change in completed.changes} == {"Qualité", "Date de signature", "État"}
    assert found().state is AgreementState.IN_FORCE


def test_the_same_file_twice_changes_nothing(session: Any) -> None:
    rows = (
        row(),
        row(**COUNCIL),
        row(agreement="FM-5", kind="bilateral", **AMSED),
        row(agreement="FM-5", kind="bilateral"),
    )
    first = bring(session, *rows)
    assert (first.errors, first.created) == ([], 4)
    again = bring(session, *rows)
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 4, None)
    assert any("rien ne change" in warning.message for warning in again.warnings)


def test_a_parent_may_come_later_in_the_file(session: Any) -> None:
    result = bring(
        session,
        row(parent="CADRE-1"),
        row(**COUNCIL),
        row(agreement="CADRE-1", kind="framework", region=""),
        row(agreement="CADRE-1", kind="framework", region="", **AMSED),
    )
    assert result.errors == []
    assert found().parent_id == found("CADRE-1").id
    assert found("CADRE-1").region_id is None
    assert found().state is AgreementState.IN_FORCE
    missing = bring(session, row(agreement="FM-9", parent="ABSENTE"))
    assert [(error.column, error.row) for error in missing.errors] == [("parent", 2)]


def test_rows_of_one_agreement_must_agree(session: Any) -> None:
    result = bring(session, row(), row(**COUNCIL, ends_on="2031-01-01", title_fr=""))
    assert [(error.column, error.row) for error in result.errors] == [("ends_on", 3)]
    assert queries.agreement_by_reference(Scope.country(), "FM-3") is None


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"region": "99"}, "region"),
        ({"ends_on": "2023-06-14"}, "ends_on"),
        ({"signed_on": (clock.today() + dt.timedelta(days=2)).isoformat()}, "signed_on"),
        ({"kind": "autre"}, "kind"),
        ({"party": ""}, "party"),
    ],
)
def test_what_is_wrong_is_named_by_its_column(session: Any, fields: dict[str, str], column: str) -> None:
    result = bring(
        session, row(**fields), row(**{**COUNCIL, **fields}) if column != "party" else row(**COUNCIL)
    )
    assert result.errors[0].column == column


def test_a_party_stands_once(session: Any) -> None:
    result = bring(session, row(), row())
    assert [(error.column, error.row) for error in result.errors] == [("party", 3)]


def test_p2_a_signed_text_is_not_changed_by_a_file(session: Any) -> None:
    bring(session, row(), row(**COUNCIL))
    changed = {"ends_on": "2031-06-14"}
    result = bring(session, row(**changed), row(**COUNCIL, **changed))
    assert [(error.column, error.row) for error in result.errors] == [("ends_on", 2)]
    result = bring(session, row(), row(**COUNCIL), row(**AMSED))
    assert "verrouillé" in result.errors[0].message
    result = bring(session, row(), row(**COUNCIL, signed_on="2023-06-20"))
    assert result.errors[0].column == "signed_on"


def test_known_organisations_are_found_by_acronym(session: Any) -> None:
    amsed = make.organisation("الجمعية المغربية للتضامن والتنمية", acronym="AMSED")
    bring(session, row(), row(**{**AMSED, "party": "amsed"}))
    assert found().parties[1].organisation_id == amsed.id


def test_a_region_is_named_by_code_or_name(session: Any) -> None:
    for number, name in enumerate(("3", "Fès-Meknès", "فاس - مكناس")):
        result = bring(session, row(agreement=f"R-{number}", region=name))
        assert result.errors == []
        assert found(f"R-{number}").region is make.region()


def test_a_regional_officer_imports_drafts_of_their_region_only(session: Any) -> None:
    officer = Actor(None, "fes", Role.REGIONAL_OFFICER, GRANTS[Role.REGIONAL_OFFICER])
    scope = Scope(regions=frozenset({make.region().id}))
    plain = {"signatory": "", "capacity": "", "signed_on": ""}
    assert bring(session, row(**plain), actor=officer, scope=scope).errors == []
    for other in ({"region": "07"}, {"region": ""}):
        result = bring(session, row(agreement="X", **plain, **other), actor=officer, scope=scope)
        assert result.errors[0].column == "region"
    signed = bring(session, row(), actor=officer, scope=scope)
    assert "droit" in signed.errors[0].message
    abroad = make.agreement(region_id=make.region("07").id, reference="MS-1")
    result = bring(session, row(agreement=abroad.reference), actor=officer, scope=scope)
    assert result.errors[0].column == "agreement"


def test_an_import_is_taken_back(session: Any) -> None:
    result = bring(session, row(), row(**COUNCIL))
    assert result.batch
    undo(session, session.query(ImportBatch).filter_by(code=result.batch).one(), OFFICER)
    assert queries.agreement_by_reference(Scope.country(), "FM-3") is None


@pytest.mark.parametrize("word", ["Bailleur", "Bailleur de fonds", "ممول", "funder"])
def test_a_funder_is_known_by_each_of_its_words(session: Any, word: str) -> None:
    bring(session, row(party_role=word))
    assert [party.role.value for party in found().parties] == ["funder"]
