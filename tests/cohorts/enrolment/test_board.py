"""What the board asks of whom: the whole cohort of those who run it, a seat of those who hold it."""

from __future__ import annotations

from programme.base.access import Role
from tests.client import HouseClient
from tests.factories.cohorts import an_association, cohort, enrolment, seat
from tests.factories.people import person


def test_a_seat_is_not_measured_against_the_target_of_the_cohort(client: HouseClient) -> None:
    opened = cohort(seats_target=5)
    own = seat(opened, an_association())
    seat(opened, an_association())
    for number in range(4):
        enrolment(own, person(f"سلمى الفاسي {number}", sex="F", national_id=f"AB12345{number}"))
    client.sign_in_as(Role.ASSOCIATION_REPRESENTATIVE, association=[own.association_id], language="fr")
    page = client.page(f"/cohorts/{opened.id}")
    assert "des places de vos sièges" in page
    for odd in ("Sièges attribués", "de la cible", "Ce qui manque"):
        assert odd not in page
    client.sign_in_as(Role.REGIONAL_OFFICER, region=[opened.region_id], language="fr")
    page = client.page(f"/cohorts/{opened.id}")
    assert "3 sièges à attribuer" in page
    assert "de la cible" in page
