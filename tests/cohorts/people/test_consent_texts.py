"""What people consented to is kept word for word (RULES D2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from cohorts.people import rules
from cohorts.people.models import Consent, ConsentText
from programme.base.access import Actor, Role
from programme.base.extensions import db
from programme.base.refusals import Refused
from tests.client import HouseClient
from tests.factories.people import person

SYSTEM = Actor.system()
BODIES = {"ar": "أوافق على معالجة معطياتي.", "fr": "J'accepte le traitement de mes données."}
DAY = dt.date(2026, 1, 15)


def published(version: str = "2026-1", from_on: dt.date = DAY, **more: Any) -> list[ConsentText]:
    given: dict[str, Any] = {
        "purpose": "processing",
        "version": version,
        "bodies": BODIES,
        "from_on": from_on,
    }
    return rules.publish_text(SYSTEM, **{**given, **more})


def given(version: str, on: dt.date = DAY, language: str = "ar") -> Consent:
    return rules.give_consent(
        SYSTEM,
        person(),
        purpose="processing",
        text_version=version,
        language=language,
        channel="paper",
        given_on=on,
    )


def test_a_consent_points_at_the_words_that_were_shown(session: Any) -> None:
    texts = {one.language: one for one in published()}
    first = given("2026-1")
    published("2026-2", dt.date(2026, 6, 1), bodies={"ar": "نص جديد", "fr": "Texte nouveau"})
    second = given("2026-2", dt.date(2026, 6, 2), "fr")
    assert first.text_id == texts["ar"].id
    assert session.get(ConsentText, first.text_id).body == BODIES["ar"]
    assert session.get(ConsentText, second.text_id).body == "Texte nouveau"


def test_before_any_text_was_published_the_version_is_kept_alone(session: Any) -> None:
    assert given("2023-1").text_id is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"version": "2026-1"}, "version"),
        ({"from_on": dt.date(2025, 12, 31)}, "from_on"),
        ({"bodies": {"ar": "نص", "fr": " "}}, "body_fr"),
        ({"bodies": {"fr": "Texte"}}, "body_ar"),
    ],
)
def test_a_text_that_cannot_be_published(session: Any, more: dict[str, Any], field: str) -> None:
    published()
    with pytest.raises(Refused) as refusal:
        published(**{"version": "2026-9", **more})
    assert refusal.value.field == field


def test_a_text_that_was_not_shown_is_refused(session: Any) -> None:
    published()
    with pytest.raises(Refused) as unknown:
        given("2031-1")
    assert unknown.value.field == "text_version"
    with pytest.raises(Refused) as early:
        given("2026-1", DAY - dt.timedelta(days=1))
    assert early.value.field == "given_on"


def test_who_may_not_publish_is_refused(session: Any) -> None:
    with pytest.raises(Refused) as refusal:
        rules.publish_text(
            Actor.of(1, "R", Role.REGIONAL_OFFICER), purpose="photo", version="1", bodies=BODIES, from_on=DAY
        )
    assert refusal.value.status == 403


def test_texts_on_their_pages(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    client.page("/privacy/texts")
    client.page("/privacy/texts/new")
    sent = {
        "purpose": "photo",
        "version": "2026-1",
        "from_on": "2026-01-15",
        "body_ar": "طبقا للقانون رقم 09-08.",
        "body_fr": "Texte",
    }
    assert client.post("/privacy/texts/new", data=sent).status_code == 302
    assert client.post("/privacy/texts/new", data=sent).status_code == 422
    page = client.page("/privacy/texts")
    assert "Texte" in page
    assert '<bdi class="ltr">09-08</bdi>' in page, "the law's number would read reversed in Arabic"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ConsentText)) == 2
    made = person()
    db.session.commit()
    assert "2026-1" in client.page(f"/people/{made.id}/consents/new")
    client.sign_in_as(Role.AUDITOR)
    assert "Texte" in client.page("/privacy/texts")
    assert client.get("/privacy/texts/new").status_code == 403


def test_a_version_of_another_purpose_is_not_this_ones(session: Any) -> None:
    published()
    with pytest.raises(Refused) as refusal:
        rules.give_consent(
            SYSTEM,
            person(),
            purpose="photo",
            text_version="2026-1",
            language="ar",
            channel="paper",
            given_on=DAY,
        )
    assert refusal.value.field == "text_version"


def test_a_text_to_come_is_not_offered(client: HouseClient) -> None:
    client.sign_in_as(Role.MINISTRY_OFFICER)
    published()
    published("2099-1", dt.date(2099, 1, 1))
    made = person()
    db.session.commit()
    page = client.page(f"/people/{made.id}/consents/new")
    assert ('value="2026-1"' in page, "2099-1" in page) == (True, False)
