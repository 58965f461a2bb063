"""Everything held on one person as one document, to be handed to them (law 09-08, article 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cohorts.enrolment.queries import records_of
from cohorts.people.models import Person
from cohorts.people.rules import as_typed
from programme.base import clock, hours, journal
from programme.base.cleaning import format_phone
from programme.base.journal import JournalEntry
from programme.base.language import Language, format_date, format_instant
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.measures import Moment
from programme.base.vault import vault
from programme.privacy import queries
from programme.privacy.queries import dossier as held
from regions.programmes.queries import is_demonstration
from reports.definition import Column, Document, Kind, Section
from reports.queries import head

EXPORTED = "privacy:file:export"
IDENTIFIED = "people:person:identify"
journal.declare({EXPORTED: _l("Dossier complet d'une personne exporté")})
NAMES = {one.value: one.own_name for one in Language}


def dossier(person: Person) -> Document:
    """The document, full national id included: opening it is sensitive and goes into the journal."""
    ids = sorted(records_of(person.id))
    today = clock.today()
    enrolments = held.enrolments(ids)
    accounts = sorted(queries.accounts_of(ids))
    sections = (
        _identity(held.records(ids)),
        _consents(ids),
        _enrolments(enrolments),
        _attendances(ids),
        _transfers(ids),
        _decisions(ids),
        _requests(ids),
        _accounts(accounts),
        _entries(ids, [row[0].id for row in enrolments], accounts),
    )
    return Document(
        name="personal-file",
        title=_("Données conservées sur une personne"),
        reference=f"DOS-{person.id}-{today:%Y%m%d}",
        as_at=today,
        made_at=clock.now(),
        sections=sections,
        facts=((_("Personne"), str(person.name)), (_("Fiche"), f"n° {person.id}")),
        notes=(
            _(
                "Tout ce que le programme garde sur cette personne, remis à sa demande (loi 09-08, article 7)."
            ),
        ),
        demonstration=is_demonstration(),
        head=head(),
        landscape=True,
    )


def opened(person: Person) -> list[int]:
    """Ids of the records whose full national id the document shows: each is a reading to be noted (RULES D1)."""
    records = held.records(sorted(records_of(person.id)))
    return [one.id for one in records if one.national_id_sealed or as_typed(one).get("national_id")]


def _section(title: str, columns: Iterable[tuple[str, str, Kind]], rows: Iterable[Sequence[Any]]) -> Section:
    made = tuple(Column(key, label, kind) for key, label, kind in columns)
    return Section(title, made, list(rows), empty=_("Rien n'est conservé."))


def _identity(records: Iterable[Person]) -> Section:
    rows: list[tuple[str, str]] = []
    for one in records:
        typed = as_typed(one)
        card = vault().open(one.national_id_sealed) if one.national_id_sealed else ""
        rows += [
            (_("Fiche"), f"n° {one.id}"),
            (_("Nom en arabe"), one.name_ar),
            (_("Nom en français"), one.name_fr or ""),
            (_("Numéro de CNIE"), card),
            (_("Numéro de CNIE tel que saisi"), typed.get("national_id", "")),
            (_("Sexe"), str(one.sex.label) if one.sex else ""),
            (_("Date de naissance"), format_date(one.birth_date) if one.birth_date else ""),
            (_("Téléphone"), format_phone(one.phone) if one.phone else ""),
            (_("Téléphone tel que saisi"), typed.get("phone", "")),
            (_("Adresse électronique"), one.email or ""),
            (_("Commune"), str(one.commune.name) if one.commune else ""),
            (_("Enregistrée le"), format_instant(one.recorded_at)),
        ]
    columns = (("field", _("Donnée"), Kind.TEXT), ("value", _("Valeur"), Kind.TEXT))
    return _section(_("Identité"), columns, rows)


def _consents(ids: Sequence[int]) -> Section:
    columns = (
        ("purpose", _("Objet"), Kind.TEXT),
        ("version", _("Version du texte"), Kind.CODE),
        ("language", _("Langue du texte"), Kind.TEXT),
        ("channel", _("Mode de recueil"), Kind.TEXT),
        ("given_on", _("Donné le"), Kind.DATE),
        ("withdrawn_on", _("Retiré le"), Kind.DATE),
    )
    rows = [
        (
            str(one.purpose.label),
            one.text_version,
            NAMES.get(one.language, one.language),
            str(one.channel.label),
            one.given_on,
            one.withdrawn_on,
        )
        for one in held.consents(ids)
    ]
    return _section(_("Consentements"), columns, rows)


def _enrolments(found: Sequence[Any]) -> Section:
    today = clock.today()
    minutes = hours.minutes_by_enrolment([row[0].cohort_id for row in found], Moment(today, today))
    columns = (
        ("cohort", _("Cohorte"), Kind.NAME),
        ("code", _("Code"), Kind.CODE),
        ("association", _("Association"), Kind.NAME),
        ("role", _("Fonction au bureau"), Kind.TEXT),
        ("state", _("État"), Kind.STATE),
        ("enrolled_on", _("Inscription"), Kind.DATE),
        ("withdrawn_on", _("Retrait"), Kind.DATE),
        ("reason", _("Motif"), Kind.TEXT),
        ("hours", _("Heures"), Kind.HOURS),
    )
    rows = [
        (
            cohort.name,
            cohort.code,
            association.name,
            str(one.bureau_role.label) if one.bureau_role else "",
            one.state,
            one.enrolled_on,
            one.withdrawn_on,
            one.withdrawal_reason,
            minutes.get(one.id, 0),
        )
        for one, cohort, association in found
    ]
    return _section(_("Inscriptions et heures"), columns, rows)


def _attendances(ids: Sequence[int]) -> Section:
    columns = (
        ("date", _("Date"), Kind.DATE),
        ("half_day", _("Demi-journée"), Kind.TEXT),
        ("session", _("Session"), Kind.NAME),
        ("code", _("Code"), Kind.CODE),
        ("status", _("Présence"), Kind.STATE),
        ("hours", _("Durée"), Kind.HOURS),
        ("venue", _("Lieu"), Kind.TEXT),
    )
    rows = [
        (
            sitting.on_date,
            str(sitting.half_day.label),
            session.title,
            session.code,
            one.status,
            sitting.minutes,
            sitting.venue,
        )
        for one, sitting, session in held.attendances(ids)
    ]
    return _section(_("Présences"), columns, rows)


def _transfers(ids: Sequence[int]) -> Section:
    columns = (
        ("date", _("Date"), Kind.DATE),
        ("activity", _("Transfert"), Kind.CODE),
        ("association", _("Association"), Kind.NAME),
        ("role", _("Rôle"), Kind.TEXT),
        ("hours", _("Heures"), Kind.HOURS),
    )
    rows: list[tuple[Any, ...]] = [
        (
            line.on_date,
            activity.code,
            association.name,
            _("ligne retirée") if hasattr(line, "until") else _("participant"),
            line.minutes,
        )
        for line, activity, association in held.transfers(ids)
    ]
    rows += [(None, one.code, one.host.name, _("animateur"), None) for one in held.given(ids)]
    return _section(_("Transferts"), columns, rows)


def _decisions(ids: Sequence[int]) -> Section:
    columns = (
        ("day", _("Décidé le"), Kind.DATE),
        ("decision", _("Décision"), Kind.STATE),
        ("reason", _("Motif"), Kind.TEXT),
    )
    rows = [(clock.day_of(one.decided_at), one.state, one.reason) for one, _pair in held.decisions(ids)]
    return _section(_("Doublons probables"), columns, rows)


def _requests(ids: Sequence[int]) -> Section:
    columns = (
        ("kind", _("Demande"), Kind.TEXT),
        ("received_on", _("Reçue le"), Kind.DATE),
        ("due_on", _("Réponse avant le"), Kind.DATE),
        ("state", _("État"), Kind.STATE),
        ("details", _("Précisions"), Kind.TEXT),
        ("reason", _("Motif"), Kind.TEXT),
    )
    rows = [
        (str(one.kind.label), one.received_on, one.due_on, one.state, one.details, one.reason)
        for one in held.requests(ids)
    ]
    return _section(_("Demandes sur ses données"), columns, rows)


def _accounts(ids: Sequence[int]) -> Section:
    columns = (
        ("name", _("Nom"), Kind.TEXT),
        ("email", _("Adresse électronique"), Kind.CODE),
        ("role", _("Rôle"), Kind.TEXT),
        ("last_seen", _("Vu le"), Kind.DATE),
    )
    rows = [
        (
            one.name,
            one.email,
            str(one.role.label),
            clock.day_of(one.last_seen_at) if one.last_seen_at else None,
        )
        for one in held.accounts(ids)
    ]
    return _section(_("Comptes"), columns, rows)


def _entries(ids: Sequence[int], enrolment_ids: Sequence[int], accounts: Sequence[int]) -> Section:
    columns = (
        ("at", _("Quand"), Kind.TEXT),
        ("what", _("Quoi"), Kind.TEXT),
        ("who", _("Qui"), Kind.TEXT),
    )
    asked = [one.id for one in held.requests(ids)]
    subjects = {"person": ids, "enrolment": enrolment_ids, "personal_request": asked}
    rows = [_entry(one) for one in held.entries(subjects, accounts)]
    return _section(_("Journal, lectures du numéro complet comprises"), columns, rows)


def _entry(one: JournalEntry) -> tuple[str, str, str]:
    return format_instant(one.at), one.sentence, one.who
