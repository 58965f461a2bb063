"""Consents of a person (RULES D2)."""

from __future__ import annotations

import datetime as dt

from cohorts.people import queries
from cohorts.people.models import Consent, ConsentChannel, ConsentPurpose, Person
from cohorts.people.rules.identity import refuse_erased
from cohorts.people.rules.texts import text_shown
from programme.base import clock, journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold
from programme.base.language import Language
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.telling import label_of, word_by

journal.declare(
    {
        "people:consent:give": _l("Consentement recueilli"),
        "people:consent:withdraw": _l("Consentement retiré"),
    },
    {
        "text_version": _l("Version du texte"),
        "language": _l("Langue du texte"),
        "channel": _l("Mode de recueil"),
        "given_on": _l("Donné le"),
        "withdrawn_on": _l("Retiré le"),
    },
)
NAMES = {one.value: one.own_name for one in Language}
word_by(
    "person",
    {
        "channel": label_of(ConsentChannel),
        "purpose": label_of(ConsentPurpose),
        "language": lambda value: NAMES.get(value, value),
    },
)


@acting(Permission.TRAINEE_WRITE)
def give_consent(
    actor: Actor,
    person: Person,
    *,
    purpose: ConsentPurpose | str,
    text_version: str,
    language: str,
    channel: ConsentChannel | str,
    given_on: dt.date,
) -> Consent:
    """Record one answer of a person (RULES D2): which text, in which language, how and when.

    Refused for a day to come, while a consent to the same purpose stands, for somebody who was erased, and for a
    text that was not published or not yet in force.
    """
    refuse_erased(person)
    if given_on > clock.today():
        raise Refused(_("Cette date est à venir."), "given_on", code="D2")
    hold(person)
    standing = [one for one in queries.consents_of(person) if one.withdrawn_on is None]
    if any(one.purpose == ConsentPurpose(purpose) for one in standing):
        raise Refused(_("Ce consentement est déjà recueilli."), "purpose", code="D2")
    values = {
        "purpose": ConsentPurpose(purpose),
        "text_version": text_version,
        "language": language,
        "channel": ConsentChannel(channel),
        "given_on": given_on,
    }
    shown = text_shown(ConsentPurpose(purpose), text_version, language, given_on)
    consent = Consent(person_id=person.id, text_id=shown.id if shown else None, **values)
    db.session.add(consent)
    db.session.flush()
    journal.record(db.session, actor, "people:consent:give", person, after=values)
    return consent


@acting(Permission.TRAINEE_WRITE)
def withdraw_consent(actor: Actor, person: Person, consent: Consent, on: dt.date) -> None:
    """End a consent on a day; refused twice and before it was given. Other purposes stand (RULES D2)."""
    hold(consent, "withdrawn_on")
    if consent.withdrawn_on is not None:
        raise Refused(_("Ce consentement est déjà retiré."), code="D2")
    if on < consent.given_on:
        raise Refused(_("Le retrait précède le consentement."), "on", code="D2")
    consent.withdrawn_on = on
    db.session.flush()
    after = {"purpose": consent.purpose, "withdrawn_on": on}
    journal.record(db.session, actor, "people:consent:withdraw", person, after=after)
