"""The page of an erasure."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from cohorts.people.models import Person
from programme.base import clock
from programme.base.access import Role
from programme.base.accounts import WebSession
from programme.base.extensions import db
from programme.privacy.rules.erasure import plan
from tests.client import HouseClient
from tests.programme.privacy.filling import send
from tests.programme.privacy.scene import granted


def test_the_page_of_an_erasure_from_reading_to_done(whole: Person, client: HouseClient) -> None:
    request = granted(whole)
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    where = f"/privacy/requests/{request.id}"
    assert f"{where}/erase" in client.page(where)
    page = client.page(f"{where}/erase")
    assert "بَنعتيق" in page
    assert "la nomme" in page
    made = plan(whole)
    words = {f"word-{one.token}": made.traces.masked(one.text) for one in made.texts if not one.is_history}
    noted = next(one.token for one in made.texts if one.column == "notes")
    named = {**words, f"word-{noted}": "dit par Zhor Benatiq"}
    answer = send(client, f"{where}/erase", **named, sure="1")
    assert answer.status_code == 422
    assert "dit par Zhor Benatiq" in answer.get_data(as_text=True), "what was typed is kept"
    assert send(client, f"{where}/erase", **words).status_code == 422
    assert send(client, f"{where}/erase", **words, sure="1").status_code == 302
    assert "Exécutée" in client.page(where)
    assert client.get(f"{where}/erase").status_code == 302
    db.session.expire_all()
    assert whole.erased_at is not None
    page = client.page(f"/people/{whole.id}")
    assert "Données effacées" in page
    assert "/edit" not in page
    assert client.post(f"/people/{whole.id}/edit", data={"name_ar": "زهور", "version": "9"}).status_code in (
        409,
        422,
    )


def test_an_erasure_asks_again_who_it_is(whole: Person, client: HouseClient) -> None:
    request = granted(whole)
    db.session.commit()
    client.sign_in_as(Role.MINISTRY_OFFICER)
    for one in db.session.scalars(sa.select(WebSession)):
        one.confirmed_at = one.made_at = clock.now() - dt.timedelta(minutes=11)
    db.session.commit()
    answer = client.get(f"/privacy/requests/{request.id}/erase")
    assert answer.status_code == 303
    assert "/confirm" in answer.headers["Location"]
