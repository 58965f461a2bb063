"""The start page tells each role what is theirs, in both languages, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa

from cohorts.sessions.models import Session
from programme.base import clock, journal
from programme.base.access import Actor, Role, Scope
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.base.language import format_number
from programme.base.measures import Moment
from programme.home import own as own_pages
from programme.home import queries
from reports.progress import progress, total
from tests.client import HouseClient
from tests.factories import partnerships as agreements
from tests.factories.associations import region
from tests.programme.home.scene import Scene, scene

LANGUAGES = pytest.mark.parametrize("language", ["fr", "ar"])


def _serves(role: Role, made: Scene) -> dict[str, list[int]]:
    organisation = made.agreement.parties[0].organisation_id if made.agreement else 0
    return {
        Role.REGIONAL_OFFICER: {"region": [region("03").id]},
        Role.REGIONAL_PARTNER: {"organisation": [organisation]},
        Role.IMPLEMENTER: {"organisation": [organisation]},
        Role.TRAINER: {"trainer": [made.trainer.id if made.trainer else 0]},
        Role.ASSOCIATION_REPRESENTATIVE: {"association": [made.seats[0].association_id]},
        Role.TRAINEE: {"person": [made.enrolments[3].person_id]},
    }.get(role, {})


@LANGUAGES
@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_page(client: HouseClient, role: Role, language: str) -> None:
    made = scene(regions=("03", "07"))
    client.sign_in_as(role, language=language, **_serves(role, made))
    client.page("/")
    client.page("/todo")


@LANGUAGES
@pytest.mark.parametrize("role", list(Role))
def test_an_empty_house_says_what_to_do_next(client: HouseClient, role: Role, language: str) -> None:
    client.sign_in_as(role, language=language)
    client.page("/")


def test_the_tiles_are_the_figures_of_the_report(client: HouseClient) -> None:
    scene(regions=("03", "07"))
    client.sign_in_as(Role.MINISTRY_OFFICER)
    page = client.page("/")
    today = clock.today()
    whole = total(progress(Scope.country(), Moment(today, today)))
    shown = re.findall(r'class="tile-value">.*?<bdi>([^<]+)</bdi>', page, re.DOTALL)
    expected = [whole.associations_enrolled, whole.trainees_enrolled, whole.reached, 2]
    assert shown == [format_number(number) for number in expected]
    assert f'href="/reached?as_at={today}&amp;known_on={today}"' in page
    assert "/reports/enrolled-associations?" in page
    assert "/reports/trainees?" in page
    assert 'href="/agreements?state=in_force"' in page


def test_another_day_has_other_figures_and_is_kept_in_the_links(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    before = made.cohorts[0].starts_on
    page = client.page(f"/?as_at={before}")
    assert f"/reached?as_at={before}" in page
    assert f"/regions/03?as_at={before}" in page
    assert "/agreements?state=in_force" not in page, "the register tells today's states only"
    assert client.get("/?as_at=hier").status_code == 422


@pytest.mark.parametrize("role", [Role.MINISTRY_OFFICER, Role.AUDITOR])
def test_statements_do_not_grow_with_regions(client: HouseClient, role: Role) -> None:
    scene(regions=("03",))
    client.sign_in_as(role)
    client.page("/")
    few = client.statements("/")
    scene(regions=("07", "01"), seats=5, transfers=6)
    db.session.commit()
    assert client.statements("/") == few
    assert few < 90


@pytest.mark.parametrize(
    "role", [Role.IMPLEMENTER, Role.ASSOCIATION_REPRESENTATIVE, Role.TRAINER, Role.TRAINEE]
)
def test_statements_do_not_grow_with_records(client: HouseClient, role: Role) -> None:
    made = scene(seats=2, transfers=2)
    client.sign_in_as(role, **_serves(role, made))
    client.page("/")
    few = client.statements("/")
    scene(regions=("07",), seats=9, transfers=5)
    db.session.commit()
    assert client.statements("/") == few


def test_a_partner_reads_totals_and_no_person(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.REGIONAL_PARTNER, **_serves(Role.REGIONAL_PARTNER, made))
    for address in ("/", "/regions/03"):
        page = client.page(address)
        for one in made.enrolments:
            assert str(one.person.name_fr) not in page
        assert "/reached?" not in page
        assert "/reports/trainees" not in page
        assert made.sessions[0].code not in page
        assert made.transfers[0].code not in page


def test_an_administrator_sees_accounts_and_no_figure(client: HouseClient) -> None:
    scene()
    client.sign_in_as(Role.TRAINER, name="Sans Objet")
    client.sign_in_as(Role.ADMINISTRATOR)
    page = client.page("/")
    assert "Sans Objet" in page
    assert "Fès-Meknès" not in page


def test_a_trainee_sees_own_hours_and_nobody_else(client: HouseClient) -> None:
    made = scene()
    own = made.enrolments[3]
    client.sign_in_as(Role.TRAINEE, person=[own.person_id])
    page = client.page("/")
    assert "Formation achevée" in page
    assert "Gouvernance et démocratie interne" in page
    for one in made.enrolments:
        assert one.id == own.id or str(one.person.name_fr) not in page


def test_a_trainee_reads_the_latest_sittings_first_and_what_comes_next(
    client: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_pages, "FEW", 1)
    own = scene().enrolments[3]
    client.sign_in_as(Role.TRAINEE, person=[own.person_id])
    page = client.page("/")
    days = [one.on_date for one in queries.own_attendance(Scope(persons=frozenset({own.person_id})))]
    assert days == sorted(days, reverse=True)
    assert f"Tout afficher : encore {len(days) - 1} séance" in page
    assert "L&#39;attestation est délivrée par le ministère" in page


def test_a_representative_sees_own_four_and_transfers(client: HouseClient) -> None:
    made = scene()
    seat = made.seats[0]
    client.sign_in_as(Role.ASSOCIATION_REPRESENTATIVE, association=[seat.association_id])
    page = client.page("/")
    own = [one for one in made.enrolments if one.seat_id == seat.id]
    assert len(own) == 4
    assert all(str(one.person.name_fr) in page for one in own)
    assert not any(str(one.person.name_fr) in page for one in made.enrolments if one.seat_id != seat.id)
    assert "Transfert : gouvernance associative" in page


def test_a_trainer_sees_today_and_open_sheets(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.TRAINER, **_serves(Role.TRAINER, made))
    page = client.page("/")
    assert "Aujourd&#39;hui" in page
    assert "Feuilles à terminer" in page
    assert "Prochaines séances" in page
    client.sign_in_as(Role.TRAINER)
    assert "Aucune séance ne vous est confiée" in client.page("/")


def test_a_regional_officer_of_one_region_sees_its_provinces(client: HouseClient) -> None:
    made = scene(regions=("03", "07"))
    client.sign_in_as(Role.REGIONAL_OFFICER, **_serves(Role.REGIONAL_OFFICER, made))
    page = client.page("/")
    assert "Taounate" in page
    assert "Marrakech" not in page
    assert "/reached?province=03.531" in page or "/reached?region=03&amp;province=03.231" in page


def test_every_link_of_a_partners_pages_opens(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.REGIONAL_PARTNER, **_serves(Role.REGIONAL_PARTNER, made))
    links = {
        one for page in ("/", "/regions/03") for one in re.findall(r'href="(/[^"#]*)"', client.page(page))
    }
    for one in sorted(links):
        if not one.startswith("/static") and ".pdf" not in one and ".xlsx" not in one:
            assert client.get(html.unescape(one), check=False).status_code in {200, 302}, one


def test_agreements_are_counted_by_one_measure_and_listed_where_the_list_is_as_long(
    client: HouseClient,
) -> None:
    scene()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    listed = 'href="/agreements?state=in_force"'
    before = listed in client.page("/")
    # In force by its state, but not in effect yet: the register has a row that the figure has not.
    agreements.in_force(starts_on=dt.date(2029, 1, 1))
    assert before
    assert listed not in client.page("/")


def test_what_waits_can_be_read_for_one_region(client: HouseClient) -> None:
    scene(regions=("03", "07"))
    client.sign_in_as(Role.MINISTRY_OFFICER)
    assert "/todo?region=03" in client.page("/regions/03")
    assert "Fès-Meknès" in client.page("/todo?region=03")
    assert client.get("/todo?region=99").status_code == 404


def test_the_name_of_who_validated_is_isolated(client: HouseClient) -> None:
    """An Arabic name between a French verb and a date would pull the date's number to its other side."""
    scene()
    account = client.sign_in_as(Role.MINISTRY_OFFICER)
    db.session.execute(sa.update(Session).values(validated_by_id=account.id))
    db.session.commit()
    assert f"Validée par \u2068{account.name}\u2069" in client.page("/")


def test_an_auditor_opens_what_is_to_be_checked(client: HouseClient) -> None:
    made = scene()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.get("/reports/progress.csv")
    old = clock.now() - dt.timedelta(days=40)
    actor = Actor.system()
    journal.record(db.session, actor, "sessions:session:override", made.sessions[0], reason="crue")
    db.session.commit()
    override = db.session.scalars(
        sa.select(JournalEntry).where(JournalEntry.event == "sessions:session:override")
    ).one()
    client.sign_in_as(Role.AUDITOR)
    page = client.page("/")
    doors = dict(re.findall(r'href="(/journal\?event=[^"]+)">[^<]+</a></p><bdi class="num">([^<]+)<', page))
    assert ("Rien ne vous attend" in page, "/journal/verify" in page) == (False, True)
    for event in ("sessions:session:override", "report:exported"):
        (address, number), *_more = [(a, n) for a, n in doors.items() if event in html.unescape(a)]
        assert number == "1"
        assert client.page(html.unescape(address)).count('class="history-by"') == 1
    override.at = old
    db.session.flush()
    since = clock.today() - dt.timedelta(days=30)
    assert "crue" not in client.page(f"/journal?event=sessions:session:override&since={since}")
