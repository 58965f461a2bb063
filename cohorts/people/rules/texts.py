"""Wordings of consents: each version once, never changed; a consent points at the one that was shown (RULES D2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cohorts.people import queries
from cohorts.people.models import ConsentPurpose, ConsentText
from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.cleaning import clean_text
from programme.base.extensions import db
from programme.base.language import Language
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.telling import label_of, word_by

LONGEST = 10_000
journal.declare(
    {"people:consent_text:publish": _l("Texte de consentement publié")},
    {"version": _l("Version du texte"), "from_on": _l("En vigueur depuis le")},
)
word_by("consent_text", {"purpose": label_of(ConsentPurpose)})


@acting(Permission.PRIVACY_WRITE)
def publish_text(
    actor: Actor,
    *,
    purpose: ConsentPurpose | str,
    version: str,
    bodies: Mapping[str, str],
    from_on: dt.date,
) -> list[ConsentText]:
    """Publish a new version of a purpose's text in both languages. Flushes.

    Refused where that version is published already, without a text in one of the languages, and for a day before
    that of the version in force: what people consented to is not made up afterwards.
    """
    purpose = ConsentPurpose(purpose)
    version = clean_text(version, 20)
    known = queries.consent_texts(purpose)
    if any(one.version == version for one in known):
        raise Refused(
            _("Cette version est déjà publiée ; elle ne se modifie pas : donnez-en un autre numéro."),
            "version",
            code="D2",
        )
    if known and from_on < known[0].from_on:
        raise Refused(_("Une version plus récente est déjà en vigueur."), "from_on", code="D2")
    made = [_text(actor, purpose, version, one.value, bodies.get(one.value), from_on) for one in Language]
    db.session.add_all(made)
    db.session.flush()
    after = {"purpose": purpose, "version": version, "from_on": from_on}
    journal.record(db.session, actor, "people:consent_text:publish", made[0], after=after)
    return made


def _text(
    actor: Actor, purpose: ConsentPurpose, version: str, language: str, body: str | None, from_on: dt.date
) -> ConsentText:
    words = clean_text(body, LONGEST, lines=True)
    if not words:
        raise Refused(_("Écrivez le texte dans les deux langues."), f"body_{language}", code="D2")
    return ConsentText(
        purpose=purpose,
        version=version,
        language=language,
        body=words,
        from_on=from_on,
        recorded_by_id=actor.account_id,
    )


def text_shown(purpose: ConsentPurpose, version: str, language: str, on: dt.date) -> ConsentText | None:
    """The wording that a consent of this day points at; None where no text was ever published, of any purpose.

    Refused where texts are published and none is this one of this purpose, and for a day before it was in force.
    """
    known = queries.consent_texts(purpose)
    found = next((one for one in known if (one.version, one.language) == (version, language)), None)
    if found is None and queries.consent_texts():
        raise Refused(_("Ce texte de consentement n'est pas publié."), "text_version", code="D2")
    if found is not None and on < found.from_on:
        raise Refused(_("Ce texte n'était pas encore en vigueur à cette date."), "given_on", code="D2")
    return found
