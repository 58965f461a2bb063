"""Pages of the registry, in both languages."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.exceptions import Forbidden

from programme.base.access import Actor, Role, Scope
from regions.associations import queries, rules
from regions.associations.models import Association, BureauRole, DocumentKind, SuspicionState
from tests.client import HouseClient
from tests.factories.associations import association, commune, province, region

SYSTEM = Actor.system()
PDF = b"%PDF-1.4 minutes %%EOF"
LANGUAGES = pytest.mark.parametrize("language", ["fr", "ar"])


def officer(client: HouseClient, language: str = "fr") -> None:
    client.sign_in_as(Role.REGIONAL_OFFICER, region=region().id, language=language)


@LANGUAGES
def test_the_registry_finds_filters_and_keeps_the_filters(client: HouseClient, language: str) -> None:
    officer(client, language)
    association("جمعية الأمَل", name_fr="Association Été", phone="0612345678")
    association("جمعية الوردة", name_fr="La Rose", receipt_no=None)
    association("جمعية السلام", name_fr="La Paix", province_code="01.511")
    page = client.page("/associations")
    assert "جمعية الأمَل" in page
    assert "السلام" not in page
    page = client.page("/associations?q=ete&coverage=&nothing=1")
    assert "جمعية الأمَل" in page
    assert "الوردة" not in page
    assert "/reports/associations.xlsx?q=ete" in page
    page = client.page("/associations?incomplete=1&region=03&province=03.231&check=1&coverage=wrong&after=x")
    assert "الوردة" not in page
    page = client.page("/associations?incomplete=1&region=01")
    assert "الوردة" in page
    assert "الأمَل" not in page
    assert ("Il manque : récépissé · contact." if language == "fr" else "ينقص: وصل الإيداع") in page


def test_pages_go_forward_and_back(client: HouseClient) -> None:
    officer(client)
    made = [association(f"جمعية {letter}ب") for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"]
    ids = [a.id for a in made]
    first = queries.associations(Scope.country())
    assert [a.id for a in first.rows] == ids[:25]
    assert (first.before, first.after, first.count) == (None, ids[24], 28)
    second = queries.associations(Scope.country(), after=first.after)
    assert [a.id for a in second.rows] == ids[25:]
    assert (second.before, second.after) == (ids[25], None)
    back = queries.associations(Scope.country(), before=second.before)
    assert [a.id for a in back.rows] == ids[:25]
    assert (back.before, back.after) == (None, ids[24])
    down = queries.associations(Scope.country(), descending=True, size=2, after=ids[5])
    assert [a.id for a in down.rows] == [ids[4], ids[3]]
    page = client.page(f"/associations?after={ids[24]}&order=desc")
    assert f"before={ids[23]}" in page
    assert "جمعية اب" in client.page("/associations?after=999999")


def test_a_list_takes_as_many_statements_for_thirty_rows_as_for_one(client: HouseClient) -> None:
    officer(client)
    association("جمعية الأمل")
    client.page("/associations")
    few = [client.statements(address) for address in ("/associations", "/associations?q=جمعية+الأمل")]
    for number in range(29):
        association(f"جمعية الأمل {number}")
    client.page("/associations")
    many = [client.statements(address) for address in ("/associations", "/associations?q=جمعية+الأمل")]
    assert few == many


@LANGUAGES
def test_empty_states_say_what_to_do(client: HouseClient, language: str) -> None:
    officer(client, language)
    assert "/imports" in client.page("/associations")
    client.page("/associations?q=zzz")
    client.page("/associations/suspicions")
    client.page("/associations/suspicions?state=distinct")
    client.sign_in_as(Role.AUDITOR, language=language)
    assert "/imports" not in client.page("/associations")


@LANGUAGES
def test_registering(client: HouseClient, language: str) -> None:
    officer(client, language)
    page = client.page("/associations/new")
    assert province().code not in page
    assert str(commune().id) in client.page(
        f"/associations/new?region_id={region().id}&province_id={province().id}"
    )
    form = {"name_ar": "جمعية الأمل", "region_id": region().id, "kind": "association", "once": "a" * 20}
    refused = client.post("/associations/new", data={**form, "name_ar": "", "receipt_date": "32/13/2020"})
    assert refused.status_code == 422
    assert "receipt_date-error" in refused.text
    form |= {
        "province_id": province().id,
        "receipt_no": "1/2020",
        "phone": "12",
        "receipt_date": "05/03/2020",
    }
    answer = client.post("/associations/new", data=form)
    assert answer.status_code == 302
    (made,) = queries.associations(Scope.country()).rows
    assert (made.receipt_date, made.odd) == (dt.date(2020, 3, 5), "phone")
    assert "12" in client.page(answer.location)
    again = client.post("/associations/new", data={**form, "once": "b" * 20})
    assert again.status_code == 422
    assert "receipt_no-error" in again.text


def test_another_region_cannot_be_chosen_nor_opened(client: HouseClient) -> None:
    officer(client)
    far = association("جمعية السلام", province_code="01.511")
    form = {"name_ar": "جمعية", "region_id": far.region_id, "kind": "association", "once": "c" * 20}
    assert client.post("/associations/new", data=form).status_code == 422
    for address in ("", "/edit", "/history", "/bureau", "/documents", "/documents/1", "/bureau/change"):
        client.page(f"/associations/{far.id}{address}", 404)
    assert client.post(f"/associations/{far.id}/edit", data={}).status_code == 404


@LANGUAGES
def test_editing_is_optimistic(client: HouseClient, language: str) -> None:
    officer(client, language)
    made = association("جمعية الأمل", commune_id=commune().id)
    ident, version = made.id, made.version
    form = {
        "name_ar": "جمعية الأمل الجديدة",
        "region_id": made.region_id,
        "province_id": made.province_id,
        "kind": "association",
        "version": version,
    }
    client.page(f"/associations/{ident}/edit")
    assert client.post(f"/associations/{ident}/edit", data=form).status_code == 302
    late = client.post(f"/associations/{ident}/edit", data={**form, "name_ar": "اسم آخر", "domain": "بيئة"})
    assert late.status_code == 409
    assert "اسم آخر" in late.text
    assert "جمعية الأمل الجديدة" in late.text
    page = client.page(f"/associations/{ident}/history")
    assert "جمعية الأمل الجديدة" in page
    assert (
        client.post(
            f"/associations/{ident}/edit", data={**form, "version": version + 1, "province_id": 9999}
        ).status_code
        == 422
    )


@LANGUAGES
def test_a_representative_sees_the_own_record_and_edits_contacts(client: HouseClient, language: str) -> None:
    mine, other = association("جمعية الأمل"), association("جمعية السلام")
    client.sign_in_as(Role.ASSOCIATION_REPRESENTATIVE, association=mine.id, language=language)
    page = client.page("/associations")
    assert "الأمل" in page
    assert "السلام" not in page
    client.page(f"/associations/{other.id}", 404)
    page = client.page(f"/associations/{mine.id}/edit")
    assert 'name="name_ar"' not in page
    form = {"phone": "0612345678", "email": "a@example.ma", "name_ar": "x", "version": mine.version}
    assert client.post(f"/associations/{mine.id}/edit", data=form).status_code == 302
    assert (mine.phone, mine.name_ar) == ("+212612345678", "جمعية الأمل")
    client.page("/associations/new", 403)
    client.page(f"/associations/{mine.id}/bureau/change", 403)


def test_an_auditor_changes_nothing(client: HouseClient) -> None:
    made = association()
    client.sign_in_as(Role.AUDITOR)
    assert "/edit" not in client.page(f"/associations/{made.id}")
    client.page(f"/associations/{made.id}/edit", 403)
    client.page("/associations/suspicions", 403)
    answer = client.post("/associations/selection", data={"ids": made.id, "do": "check"})
    assert answer.status_code == 403


def test_a_selection_is_exported_or_marked(client: HouseClient) -> None:
    officer(client)
    made, far = association(), association(province_code="01.511")
    answer = client.post("/associations/selection?q=x", data={"ids": [made.id, far.id], "do": "export"})
    assert answer.location == f"/reports/associations.xlsx?ids={made.id}"
    answer = client.post("/associations/selection?q=x", data={"ids": [made.id], "do": "check"})
    assert answer.location == "/associations?q=x"
    assert made.odd == "review"
    assert client.post("/associations/selection", data={"ids": ["x", "9" * 30]}).status_code == 302
    assert f"/associations/{made.id}/checked" in client.page(f"/associations/{made.id}")
    assert client.post(f"/associations/{made.id}/checked").status_code == 302
    assert made.odd is None


@LANGUAGES
def test_suspected_pairs_are_listed_and_decided(client: HouseClient, language: str) -> None:
    officer(client, language)
    made = association("جمعية الأمل للتنمية")
    association("الامل للتنميه")
    (pair,) = queries.suspicions(Scope.country())
    client.page("/associations/suspicions")
    assert f"/suspicions/{pair.id}/distinct" in client.page(f"/associations/{made.id}")
    assert client.post(f"/associations/suspicions/{pair.id}/distinct").status_code == 302
    assert pair.state is SuspicionState.DISTINCT
    client.page("/associations/suspicions?state=distinct")
    assert client.post(f"/associations/suspicions/{pair.id}/distinct").status_code == 409
    assert client.post(f"/associations/suspicions/{pair.id}/reopen").status_code == 302
    assert client.post("/associations/suspicions/99999/reopen").status_code == 404


@LANGUAGES
def test_documents_are_kept_and_given_back(client: HouseClient, language: str, uploads: Path) -> None:
    officer(client, language)
    made = association()
    client.page(f"/associations/{made.id}/documents")
    address = f"/associations/{made.id}/documents/new"
    client.page(address)
    form = {"kind": "statutes", "title": "قانون", "expires_on": "2020-01-01", "once": "d" * 20}
    refused = client.post(address, data=form)
    assert (refused.status_code, "file-error" in refused.text) == (422, True)
    bad = {**form, "file": (io.BytesIO(b"MZ"), "x.pdf")}
    assert client.post(address, data=bad, content_type="multipart/form-data").status_code == 422
    good = {**form, "file": (io.BytesIO(PDF), "النظام الأساسي.pdf")}
    assert client.post(address, data=good, content_type="multipart/form-data").status_code == 302
    same = {**form, "file": (io.BytesIO(PDF), "النظام الأساسي.pdf")}
    assert client.post(address, data=same, content_type="multipart/form-data").status_code == 302
    corrected = {**form, "file": (io.BytesIO(PDF + b"% corrected"), "النظام الأساسي.pdf")}
    assert client.post(address, data=corrected, content_type="multipart/form-data").status_code == 409
    client.page(f"/associations/{made.id}/documents")
    (document,) = queries.documents_of(Scope.country(), made)
    answer = client.get(f"/associations/{made.id}/documents/{document.id}")
    assert answer.data.startswith(PDF)
    assert "attachment" in answer.headers["Content-Disposition"]
    answer.close()
    client.page(f"/associations/{made.id}/documents/{document.id + 1}", 404)
    (uploads / document.file.stored_name).unlink()
    client.page(f"/associations/{made.id}/documents/{document.id}", 404)


@LANGUAGES
def test_the_bureau_changes_with_its_minutes(client: HouseClient, language: str) -> None:
    officer(client, language)
    made = association()
    client.page(f"/associations/{made.id}/bureau")
    address = f"/associations/{made.id}/bureau/change"
    client.page(address)
    form = {"role": "president", "name_ar": "محمد العلوي", "from_on": "2021-01-01", "once": "e" * 20}
    assert client.post(address, data=form).status_code == 302
    form |= {"name_ar": "فاطمة", "from_on": "2023-05-10", "once": "f" * 20}
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert "minutes_file-error" in refused.text
    joined = {**form, "minutes_file": (io.BytesIO(PDF), "pv.pdf")}
    assert client.post(address, data=joined, content_type="multipart/form-data").status_code == 302
    first, second = sorted(queries.mandates_of(Scope.country(), made), key=lambda m: m.from_on)
    assert first.until_on == dt.date(2023, 5, 9)
    assert second.minutes_id is not None
    assert made.president == "فاطمة"
    client.page(f"/associations/{made.id}/bureau")
    end = f"/associations/{made.id}/bureau/{second.id}/end"
    client.page(end)
    assert client.post(end, data={"until_on": "2024-01-01"}).status_code == 422
    done = {"until_on": "2024-01-01", "minutes": second.minutes_id}
    assert client.post(end, data=done).status_code == 302
    assert second.until_on == dt.date(2024, 1, 1)
    page = client.page(f"/associations/{made.id}/history")
    assert str(BureauRole.PRESIDENT.label) in page if language == "fr" else "الرئيس" in page
    assert ("donnée personnelle masquée" if language == "fr" else "معطى شخصي محجوب") in page
    assert "•••" not in page
    assert "2024-01-01" not in page
    assert "pv.pdf" in page
    client.page(f"/associations/{made.id}/bureau/9999/end", 404)


@LANGUAGES
def test_the_history_tells_places_and_days_in_words(client: HouseClient, language: str) -> None:
    made = association("جمعية الأمل", commune_id=commune().id, receipt_date=dt.date(2020, 3, 8))
    place = commune()
    officer(client, language)
    history = client.page(f"/associations/{made.id}/history").partition('class="history"')[2]
    client.sign_in_as(Role.MINISTRY_OFFICER, language=language)
    whole = client.page("/journal?event=association:record:register").partition('class="history"')[2]
    for page in (history, whole):
        for one in (place, place.province, place.province.region):
            said = f"<bdi>{one.name_fr if language == 'fr' else one.name_ar}</bdi>"
            assert said in page.replace("&#39;", "'")
            assert f"<bdi>{one.code}</bdi>" not in page
        assert ("8 mars 2020" if language == "fr" else "8 مارس 2020") in page


def test_mandates_refuse_what_cannot_be(session: Any, uploads: Path) -> None:
    from programme.base.refusals import Refused

    made, other = association(), association()
    paper = {"kind": DocumentKind.MINUTES, "data": PDF, "display_name": "pv.pdf", "folder": uploads}
    minutes = rules.add_document(SYSTEM, made, **paper)
    foreign = rules.add_document(SYSTEM, other, **paper)
    start = dt.date(2022, 1, 1)

    def change(on: dt.date = start, name: str = "محمد", **fields: Any) -> Any:
        return rules.change_mandate(
            SYSTEM, made, **{"role": BureauRole.TREASURER, "name_ar": name, "from_on": on, **fields}
        )

    first = change()
    for attempt in (
        lambda: change(dt.date(2023, 1, 1)),
        lambda: change(dt.date(2023, 1, 1), minutes=foreign),
        lambda: change(start, minutes=minutes),
        lambda: change(role=BureauRole.ADVISOR, name=" "),
        lambda: rules.end_mandate(SYSTEM, first, until_on=dt.date(2021, 1, 1), minutes=minutes),
        lambda: rules.end_mandate(SYSTEM, first, until_on=dt.date(2023, 1, 1), minutes=None),
    ):
        with pytest.raises(Refused):
            attempt()
    advisors = [change(role=BureauRole.ADVISOR) for _ in range(2)]
    assert [a.until_on for a in advisors] == [None, None]
    change(dt.date(2023, 1, 1), role=BureauRole.ADVISOR, replaces=advisors[0], minutes=minutes)
    assert advisors[0].until_on == dt.date(2022, 12, 31)
    with pytest.raises(Refused):
        rules.end_mandate(SYSTEM, advisors[0], until_on=dt.date(2024, 1, 1), minutes=minutes)
    for verb in (rules.add_document, rules.change_mandate):
        with pytest.raises(Refused):
            verb(Actor.of(1, "x", Role.AUDITOR), made)  # type: ignore[call-arg]
    assert isinstance(made, Association)


def test_files_may_be_larger_than_forms(house: Flask) -> None:
    for address, limit in (("documents/new", 15 * 2**20), ("edit", 0)):
        with house.test_request_context(f"/associations/1/{address}", method="POST"):
            with contextlib.suppress(Forbidden):
                house.preprocess_request()
            assert (request.max_content_length or 0) > limit
            assert ((request.max_content_length or 0) > 15 * 2**20) is bool(limit)
