"""Reads of persons; `scope` first. Who is seen follows from the enrolments and participations that are seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cohorts.enrolment import queries as enrolment
from cohorts.enrolment.models import Cohort, Enrolment, Seat
from cohorts.people.models import Consent, ConsentPurpose, ConsentText, Person
from cohorts.transfer.models import TransferActivity, TransferParticipation
from cohorts.transfer.queries import visible as sheet_visible
from programme.base import journal
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.journal import JournalEntry
from regions.associations.models import Association


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """Clause on Person: enrolled where the scope sees it, named on a transfer sheet that it sees, or oneself."""
    if scope.regions is None:
        return sa.true()
    enrolled = (
        sa.select(Enrolment.person_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(enrolment.enrolment_visible(scope))
    )
    named = (
        sa.select(TransferParticipation.person_id)
        .join(TransferActivity, TransferActivity.id == TransferParticipation.activity_id)
        .where(sheet_visible(scope))
    )
    clauses = [Person.id.in_(enrolled), Person.id.in_(named)]
    if scope.persons:
        clauses.append(Person.id.in_(scope.persons))
    return sa.or_(*clauses)


def get_person(scope: Scope, person_id: int) -> Person | None:
    """One person in scope, or None."""
    return db.session.scalar(sa.select(Person).where(Person.id == person_id, visible(scope)))


def persons_named(scope: Scope, text: str, limit: int = 8) -> Sequence[Person]:
    """Persons whose folded name holds every word of `text`, by name; none for an empty text."""
    words = fold(text).split()
    if not words:
        return []
    chosen = sa.select(Person).where(visible(scope), Person.erased_at.is_(None))
    for word in words:
        plain = word.replace("\\", "").replace("%", "").replace("_", "")
        chosen = chosen.where(
            sa.or_(Person.sort_key.contains(plain), Person.name_key.contains(plain), _french(plain))
        )
    return db.session.scalars(chosen.order_by(Person.sort_key, Person.id).limit(limit)).all()


def _french(word: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(sa.func.coalesce(Person.name_fr, "")).contains(word)


def by_hashes(hashes: Iterable[str]) -> Person | None:
    """The person known under one of these keyed hashes."""
    return db.session.scalar(sa.select(Person).where(Person.national_id_hash.in_(list(hashes))))


def among(person_ids: Collection[int], name_key: str) -> Sequence[Person]:
    """Of these persons, those with this name key, the first recorded first."""
    if not person_ids:
        return []
    return db.session.scalars(
        sa.select(Person).where(Person.id.in_(person_ids), Person.name_key == name_key).order_by(Person.id)
    ).all()


def alike(person: Person) -> Sequence[Person]:
    """Other records with the same name key, birth date and phone (RULES, Counting); none where one is missing.

    Two persons who both have a national id are two persons.
    """
    if person.birth_date is None or person.phone is None:
        return []
    chosen = sa.select(Person).where(
        Person.name_key == person.name_key,
        Person.birth_date == person.birth_date,
        Person.phone == person.phone,
        Person.id != person.id,
    )
    if person.national_id_hash is not None:
        chosen = chosen.where(Person.national_id_hash.is_(None))
    return db.session.scalars(chosen.order_by(Person.id)).all()


def by_id(scope: Scope, person_ids: Collection[int]) -> dict[int, Person]:
    """Those of these persons who are in scope, by id."""
    chosen = sa.select(Person).where(Person.id.in_(person_ids), visible(scope))
    return {one.id: one for one in db.session.scalars(chosen.order_by(Person.id))}


def associations_by_person(scope: Scope, person_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of the associations for which each of these persons is enrolled or on a sheet, in scope."""
    enrolled = (
        sa.select(Enrolment.person_id, Seat.association_id)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id.in_(person_ids), enrolment.enrolment_visible(scope))
    )
    named = (
        sa.select(TransferParticipation.person_id, TransferParticipation.association_id)
        .join(TransferActivity, TransferActivity.id == TransferParticipation.activity_id)
        .where(TransferParticipation.person_id.in_(person_ids), sheet_visible(scope))
    )
    both = sa.union(enrolled, named).subquery()
    chosen = (
        sa.select(both.c.person_id, Association)
        .join(Association, Association.id == both.c.association_id)
        .order_by(Association.sort_key, Association.id)
    )
    found: dict[int, list[str]] = {}
    for person_id, association in db.session.execute(chosen):
        found.setdefault(person_id, []).append(str(association.name))
    return found


def consents_of(person: Person) -> Sequence[Consent]:
    """Every consent of a person, the newest first."""
    return db.session.scalars(
        sa.select(Consent)
        .where(Consent.person_id == person.id)
        .order_by(Consent.given_on.desc(), Consent.id.desc())
    ).all()


def consent_texts(purpose: ConsentPurpose | None = None) -> Sequence[ConsentText]:
    """The wordings of consents, of one purpose or of all, those in force last first."""
    chosen = sa.select(ConsentText)
    if purpose is not None:
        chosen = chosen.where(ConsentText.purpose == purpose)
    order = (
        ConsentText.from_on.desc(),
        ConsentText.version.desc(),
        ConsentText.purpose,
        ConsentText.language,
    )
    return db.session.scalars(chosen.order_by(*order, ConsentText.id)).all()


def get_consent_text(text_id: int) -> ConsentText | None:
    """One wording, or None."""
    return db.session.get(ConsentText, text_id)


def get_consent(scope: Scope, person_id: int, consent_id: int) -> Consent | None:
    """One consent of a person in scope, or None."""
    return db.session.scalar(
        sa.select(Consent)
        .join(Person, Person.id == Consent.person_id)
        .where(Consent.id == consent_id, Consent.person_id == person_id, visible(scope))
    )


def enrolments_of(scope: Scope, person: Person) -> Sequence[Enrolment]:
    """A person's enrolments in scope, the newest first, with cohort and association."""
    return db.session.scalars(
        sa.select(Enrolment)
        .join(Seat, Seat.id == Enrolment.seat_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .options(joinedload(Enrolment.cohort), joinedload(Enrolment.seat).joinedload(Seat.association))
        .where(Enrolment.person_id == person.id, enrolment.enrolment_visible(scope))
        .order_by(Enrolment.enrolled_on.desc(), Enrolment.id.desc())
    ).all()


def history(person: Person, enrolments: Iterable[Enrolment], limit: int = 200) -> Sequence[JournalEntry]:
    """What happened to a person and these enrolments, newest first."""
    ids = [one.id for one in enrolments]
    return journal.history(db.session, "person", person.id, limit, also=("enrolment", ids))


def with_hashes(hashes: Collection[str]) -> list[Person]:
    """Everyone known under one of these keyed hashes."""
    return _in_parts(Person.national_id_hash, hashes)


def with_name_keys(keys: Collection[str]) -> list[Person]:
    """Everyone with one of these name keys of whom birth date and phone are known, the first recorded first."""
    known = (Person.birth_date.is_not(None), Person.phone.is_not(None))
    return sorted(_in_parts(Person.name_key, keys, *known), key=lambda one: one.id)


def _in_parts(column: Any, values: Collection[str], *clauses: sa.ColumnElement[bool]) -> list[Person]:
    wanted = sorted(values)
    found: list[Person] = []
    for start in range(0, len(wanted), 400):
        chosen = sa.select(Person).where(column.in_(wanted[start : start + 400]), *clauses)
        found += db.session.scalars(chosen.order_by(Person.id)).all()
    return found
