"""Pages of agreements in both languages: register, alerts, one agreement, its forms."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest

from partnerships.agreements import rules
from partnerships.agreements.models import Agreement, AgreementFile, AgreementState
from partnerships.agreements.period import digest_of
from partnerships.agreements.todos import find as todos
from partnerships.commitments import rules as commitments
from programme.base import clock
from programme.base.access import Actor, Role, Scope
from tests.client import HouseClient
from tests.factories import partnerships as make

PDF = b"%PDF-1.4 signed %%EOF"
TODAY = clock.today()


@pytest.fixture(params=["fr", "ar"])
def officer(client: HouseClient, request: pytest.FixtureRequest) -> HouseClient:
    client.sign_in_as(Role.MINISTRY_OFFICER, language=request.param)
    return client


@pytest.fixture
def ministry(client: HouseClient) -> HouseClient:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    return client


def test_empty_pages_say_what_to_do(officer: HouseClient) -> None:
    assert "/agreements/new" in officer.page("/agreements")
    officer.page("/agreements?state=closed&q=x")
    officer.page("/agreements/alerts")


@pytest.mark.parametrize("state", AgreementState)
def test_every_state_has_its_page(officer: HouseClient, session: Any, state: AgreementState) -> None:
    agreement = make.in_force() if state not in {"draft", "negotiation", "approved"} else make.approved()
    agreement.parties[0].cash_mad = 100_000_00
    agreement.state, agreement.state_reason = state, "سبب"
    for tab in ("", "/files", "/history"):
        officer.page(f"/agreements/{agreement.id}{tab}")


def test_every_form_opens(officer: HouseClient) -> None:
    draft, agreement = make.agreement(), make.approved()
    officer.page("/agreements/new")
    officer.page(f"/agreements/new?parent={draft.id}")
    for page in ("edit", "parties/new", "files/new", "steps/cancel", f"parties/{draft.parties[0].id}/edit"):
        officer.page(f"/agreements/{draft.id}/{page}")
    officer.page(f"/agreements/{agreement.id}/parties/{agreement.parties[0].id}/sign")
    officer.page(f"/agreements/{agreement.id}/steps/unknown", 404)
    officer.page(f"/agreements/{agreement.id}/parties/{draft.parties[0].id}/edit", 404)


def test_an_agreement_is_made_signed_and_put_in_force_by_hand(ministry: HouseClient, session: Any) -> None:
    answer = ministry.post(
        "/agreements/new",
        data={
            "reference": "FM-1",
            "kind": "tripartite",
            "title_ar": "اتفاقية ثلاثية",
            "region_id": make.region().id,
            "starts_on": "2023-06-14",
            "ends_on": "13/06/2030",
        },
    )
    assert answer.status_code == 302
    agreement = session.query(Agreement).one()
    base = f"/agreements/{agreement.id}"
    for name, cash in (("ولاية جهة فاس - مكناس", ""), ("مجلس جهة فاس - مكناس", "١٥٠٠,٥٠")):
        data = {"name": name, "role": "funder", "cash_mad": cash}
        assert ministry.post(f"{base}/parties/new", data=data).status_code == 302
    assert [party.cash_mad for party in agreement.parties] == [0, 150_050]
    for step in ("negotiate", "approve"):
        assert ministry.post(f"{base}/steps/{step}", data={"version": agreement.version}).status_code == 302
    for party in list(agreement.parties):
        page = ministry.page(f"{base}/parties/{party.id}/sign")
        assert "SHA-256" in page
        data = {"signatory": "س", "capacity": "والي", "signed_on": "2023-06-14", "text": digest_of(agreement)}
        assert ministry.post(f"{base}/parties/{party.id}/sign", data=data).status_code == 302
    for step in ("sign", "enter_into_force"):
        assert ministry.post(f"{base}/steps/{step}", data={"version": agreement.version}).status_code == 302
    assert agreement.state is AgreementState.IN_FORCE
    page = ministry.page(base)
    assert "En vigueur" in page
    assert "Entrée en vigueur" in page
    assert "Mise en vigueur" not in page


def test_refusals_stand_beside_their_field(ministry: HouseClient) -> None:
    agreement = make.agreement()
    data = {"reference": agreement.reference, "kind": "framework", "title_ar": "ع", "starts_on": "2023-01-01"}
    answer = ministry.post("/agreements/new", data={**data, "ends_on": "2024-01-01"})
    assert answer.status_code == 422
    assert "Cette référence est déjà prise." in answer.get_data(as_text=True)
    answer = ministry.post("/agreements/new", data={**data, "ends_on": "x"})
    assert answer.status_code == 422
    answer = ministry.post(
        f"/agreements/{agreement.id}/parties/new", data={"role": "lead", "cash_mad": "douze"}
    )
    assert "Indiquez un montant" in answer.get_data(as_text=True)
    answer = ministry.post(f"/agreements/{agreement.id}/parties/new", data={"role": "lead"})
    assert "Choisissez un organisme" in answer.get_data(as_text=True)


def test_the_second_editor_is_told(ministry: HouseClient) -> None:
    agreement = make.agreement()
    data = {
        "reference": agreement.reference,
        "kind": "framework",
        "title_ar": "ع",
        "region_id": agreement.region_id,
        "starts_on": "2023-01-01",
        "ends_on": "2029-01-01",
    }
    version = agreement.version
    assert (
        ministry.post(f"/agreements/{agreement.id}/edit", data={**data, "version": version}).status_code
        == 302
    )
    stale = {**data, "title_ar": "غ", "version": version}
    answer = ministry.post(f"/agreements/{agreement.id}/edit", data=stale)
    assert answer.status_code == 409
    shown = answer.get_data(as_text=True)
    assert re.search(
        r"Intitulé en arabe</th><td[^>]*><bdi[^>]*>ع</bdi></td><td[^>]*><bdi[^>]*>غ</bdi>", shown
    )
    answer = ministry.post(f"/agreements/{agreement.id}/steps/negotiate", data={"version": version})
    assert answer.status_code == 409


def test_a_double_click_makes_one(ministry: HouseClient, session: Any) -> None:
    data = {
        "once": "k1",
        "reference": "A",
        "kind": "framework",
        "title_ar": "ع",
        "starts_on": "2023-01-01",
        "ends_on": "2024-01-01",
    }
    first = ministry.post("/agreements/new", data=data)
    second = ministry.post("/agreements/new", data=data)
    assert (first.status_code, second.status_code, second.location) == (302, 302, first.location)
    assert session.query(Agreement).count() == 1


def test_a_form_that_was_used_with_other_content_asks_first(ministry: HouseClient, session: Any) -> None:
    data = {
        "once": "k2",
        "reference": "A",
        "kind": "framework",
        "title_ar": "ع",
        "starts_on": "2023-01-01",
        "ends_on": "2024-01-01",
    }
    assert ministry.post("/agreements/new", data=data).status_code == 302
    asked = ministry.post("/agreements/new", data={**data, "reference": "B"})
    assert asked.status_code == 409
    assert 'value="B"' in asked.get_data(as_text=True)
    key = re.search(r'name="once" type="hidden" value="([^"]+)"', asked.get_data(as_text=True))
    assert key
    assert key[1] != "k2"
    assert (
        ministry.post("/agreements/new", data={**data, "reference": "B", "once": key[1]}).status_code == 302
    )
    assert session.query(Agreement).count() == 2


def test_parties_are_edited_and_removed(ministry: HouseClient) -> None:
    agreement = make.agreement()
    party = agreement.parties[0]
    address = f"/agreements/{agreement.id}/parties/{party.id}"
    data = {"role": "host", "signatory": "س", "cash_mad": "10", "in_kind_mad": "0"}
    assert ministry.post(f"{address}/edit", data=data).status_code == 302
    assert (party.role, party.cash_mad) == ("host", 1000)
    assert ministry.post(f"{address}/remove").status_code == 302
    assert len(agreement.parties) == 1


def test_scans_are_archived_and_come_back_as_attachments(officer: HouseClient, session: Any) -> None:
    agreement = make.in_force()
    sent = {"title": "النص الموقع", "is_signed_text": "y", "file": (io.BytesIO(PDF), "texte.pdf")}
    assert officer.post(f"/agreements/{agreement.id}/files/new", data=sent).status_code == 302
    kept = session.query(AgreementFile).one()
    assert kept.file.sha256[:8] in officer.page(f"/agreements/{agreement.id}/files")
    with officer.get(f"/agreements/{agreement.id}/files/{kept.id}") as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    officer.page(f"/agreements/{make.agreement().id}/files/{kept.id}", 404)
    bad = {"title": "x", "file": (io.BytesIO(b"MZ"), "texte.exe")}
    assert officer.post(f"/agreements/{agreement.id}/files/new", data=bad).status_code == 422


def test_the_register_is_filtered_by_its_address(ministry: HouseClient) -> None:
    fes = make.agreement(reference="FES-1", title_fr="Été associatif")
    national = make.approved(reference="NAT-1", region_id=None, kind="framework")
    for address, seen, unseen in (
        ("?q=ete", fes, national),
        ("?q=nat", national, fes),
        ("?state=approved", national, fes),
        ("?kind=framework", national, fes),
        ("?region=03", fes, national),
        ("?region=00", national, fes),
    ):
        page = ministry.page(f"/agreements{address}")
        assert seen.reference in page
        assert unseen.reference not in page
    assert fes.reference in ministry.page("/agreements?state=nonsense&kind=x&region=77&after=zzz")
    assert "0 sur 2" in ministry.page("/agreements")


def test_the_register_is_paged(ministry: HouseClient) -> None:
    made = [make.agreement(0, starts_on=dt.date(2023, 1, 1)) for _ in range(51)]
    first = ministry.page("/agreements")
    assert made[0].reference not in first
    assert f"after={made[1].id}" in first
    assert made[0].reference in ministry.page(f"/agreements?after={made[1].id}")


def test_the_alert_list(ministry: HouseClient) -> None:
    unsigned = make.approved()
    ready = make.signed()
    near = make.in_force(ends_on=TODAY + dt.timedelta(days=60))
    far = make.in_force(ends_on=TODAY + dt.timedelta(days=61))
    past = make.in_force(ends_on=TODAY - dt.timedelta(days=1))
    page = ministry.page("/agreements/alerts")
    for agreement, text in (
        (unsigned, "2 signatures manquent"),
        (ready, "à mettre en vigueur"),
        (near, "Se termine dans 60 jours"),
        (past, "Échue depuis"),
    ):
        assert agreement.reference in page
        assert text in page
    assert far.reference not in page
    assert "Constater l&#39;échéance" in ministry.page(f"/agreements/{past.id}")
    assert "Constater l&#39;échéance" not in ministry.page(f"/agreements/{near.id}")


@pytest.mark.parametrize("address", ["/agreements", "/agreements/alerts"])
def test_lists_take_as_many_statements_for_30_as_for_1(ministry: HouseClient, address: str) -> None:
    make.approved(parent=make.approved())
    ministry.page(address)
    few = ministry.statements(address)
    for _ in range(29):
        make.approved(3)
    ministry.page(address)
    assert ministry.statements(address) == few <= 31  # of which 18 for the to-dos, remembered in daily use


def test_one_agreement_takes_a_fixed_number_of_statements(ministry: HouseClient) -> None:
    def built(number: int) -> Agreement:
        agreement = make.agreement(number)
        for party in agreement.parties:
            commitments.add_commitment(
                Actor.system(), agreement, party, article="1", text_ar="ت", due_on=dt.date(2025, 1, 1)
            )
        return agreement

    few, many = built(1), built(12)
    ministry.page(f"/agreements/{few.id}")
    counted = ministry.statements(f"/agreements/{few.id}")
    assert ministry.statements(f"/agreements/{many.id}") == counted <= 27


def test_a_partner_meets_its_own_agreements_only(client: HouseClient) -> None:
    mine, other = make.approved(), make.approved()
    own, theirs = mine.parties
    client.sign_in_as(Role.REGIONAL_PARTNER, organisation=[own.organisation_id])
    page = client.page("/agreements")
    assert mine.reference in page
    assert other.reference not in page
    assert f"parties/{own.id}/sign" in client.page(f"/agreements/{mine.id}")
    client.page(f"/agreements/{other.id}", 404)
    client.page(f"/agreements/{other.id}/history", 404)
    client.page(f"/agreements/{mine.id}/edit", 403)
    data = {"signatory": "س", "capacity": "ص", "signed_on": "2023-06-14", "text": digest_of(mine)}
    assert client.post(f"/agreements/{mine.id}/parties/{theirs.id}/sign", data=data).status_code == 403
    assert client.post(f"/agreements/{mine.id}/parties/{own.id}/sign", data=data).status_code == 302
    assert own.signed_on == dt.date(2023, 6, 14)
    assert theirs.signed_on is None


def test_a_regional_officer_writes_in_their_region(client: HouseClient) -> None:
    fes, safi = make.region(), make.region("07")
    other = make.agreement(region_id=safi.id)
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[fes.id])
    client.page(f"/agreements/{other.id}", 404)
    data = {
        "reference": "N",
        "kind": "framework",
        "title_ar": "ع",
        "starts_on": "2023-01-01",
        "ends_on": "2024-01-01",
    }
    for region in ("", str(safi.id)):
        assert client.post("/agreements/new", data={**data, "region_id": region}).status_code == 422
    assert client.post("/agreements/new", data={**data, "region_id": fes.id}).status_code == 302
    mine = make.approved()
    client.page(f"/agreements/{mine.id}")
    assert (
        client.post(f"/agreements/{mine.id}/steps/cancel", data={"version": mine.version}).status_code == 403
    )


def test_what_waits_for_whom(session: Any) -> None:
    agreement = make.approved()
    ministry, partner = Actor.of(1, "m", Role.MINISTRY_OFFICER), Actor.of(2, "p", Role.REGIONAL_PARTNER)
    mine = Scope(
        agreements=frozenset({agreement.reference}),
        organisations=frozenset({agreement.parties[0].organisation_id}),
    )
    with make.app_request():
        (waits,) = todos(ministry, Scope.country())
        assert (waits.kind, str(agreement.parties[0].organisation.name) in waits.owner) == (
            "agreement:unsigned",
            True,
        )
        assert todos(partner, mine)[0].owner == ""
        assert len(todos(partner, mine)) == 1
        rules.sign(partner, agreement.parties[0], signatory="س", capacity="ص", signed_on=TODAY, scope=mine)
        assert todos(partner, mine) == []
        assert todos(Actor.of(3, "a", Role.AUDITOR), Scope.country()) == []
        for _ in range(4):
            make.approved()
            make.signed()
            make.in_force(ends_on=TODAY + dt.timedelta(days=3))
            make.in_force(ends_on=TODAY - dt.timedelta(days=3))
        found = {todo.kind: todo.count for todo in todos(ministry, Scope.country())}
        assert found == {
            "agreement:unsigned": 5,
            "agreement:ready": 4,
            "agreement:ending": 4,
            "agreement:past": 4,
        }


def test_search_finds_agreements_in_scope(session: Any) -> None:
    from partnerships.agreements.finding import find

    made = make.agreement(title_ar="اتفاقية الأمل")
    ministry = Actor.of(1, "m", Role.MINISTRY_OFFICER)
    with make.app_request():
        assert [hit.detail.split(" ")[0] for hit in find(ministry, Scope.country(), "الامل", 5)] == [
            made.reference
        ]
        assert find(ministry, Scope(), "الامل", 5) == []
        assert find(Actor.of(1, "t", Role.TRAINEE), Scope.country(), "الامل", 5) == []
        assert find(ministry, Scope.country(), "…", 5) == []


def test_a_text_that_changed_since_it_was_read_is_not_signed(client: HouseClient) -> None:
    agreement = make.approved()
    party, read = agreement.parties[0], digest_of(agreement)
    client.sign_in_as(Role.MINISTRY_OFFICER)
    address = f"/agreements/{agreement.id}/parties/{party.id}/sign"
    assert read in client.page(address)
    system = Actor.system()
    rules.move(system, agreement, "renegotiate", "العنوان")
    rules.edit(system, agreement, title_ar="اتفاقية أخرى")
    rules.move(system, agreement, "approve")
    data = {"signatory": "س", "capacity": "ص", "signed_on": "2023-06-14", "text": read}
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    assert "Le texte a changé" in answer.get_data(as_text=True)
    assert party.signed_on is None
    assert client.post(address, data={**data, "text": digest_of(agreement)}).status_code == 302


def test_an_approved_text_offers_only_what_its_rule_allows(ministry: HouseClient, session: Any) -> None:
    approved = make.approved()
    session.commit()
    page = ministry.page(f"/agreements/{approved.id}")
    party = approved.parties[0]
    own = f"/agreements/{approved.id}"
    for refused in (f"{own}/edit", f"{own}/parties/new", f"{own}/parties/{party.id}/remove"):
        assert f'"{refused}"' not in page
    assert f"/commitments/for/{approved.id}/new" not in page
    assert "Rouvrir la négociation" in page
    form = ministry.page(f"{own}/parties/{party.id}/edit")
    assert ('name="signatory"' in form, 'name="cash_mad"' in form) == (True, False)
    sent = {"signatory": "Le wali", "capacity": "Wali", "cash_mad": "9"}
    assert ministry.post(f"{own}/parties/{party.id}/edit", data=sent).status_code == 302
    assert (party.signatory, party.cash_mad) == ("Le wali", 0)
