"""Who is on the sheet of a transfer, for which association, how long (RULES, Counting; C7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from cohorts.people import rules as people
from cohorts.people.models import Person, Sex
from cohorts.transfer.models import (
    OPEN,
    FormerParticipation,
    TransferActivity,
    TransferParticipation,
)
from programme.base import clock, journal
from programme.base.access import Actor, Permission, Scope, acting
from programme.base.extensions import db
from programme.base.folding import fold
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations.models import Association
from regions.associations.queries import find_association, registered_before
from regions.associations.rules import Blocks, find_or_declare
from regions.geography.models import Province

LONGEST = 24 * 60

journal.declare(
    {
        "transfer:participant:add": _l("Participant ajouté"),
        "transfer:participant:remove": _l("Participant retiré"),
        "transfer:participant:edit": _l("Durée d'un participant modifiée"),
    },
    {
        "person": _l("Fiche de personne n°"),
        "association": _l("Association"),
        "on_date": _l("Date"),
        "minutes": _l("Minutes"),
    },
)


@dataclass(frozen=True, slots=True)
class Participant:
    """One line of a sheet. The association is a record, or a name with what is known of it.

    `minutes` of this person on `on_date`; without a province the association is put in the host's region.
    """

    name: str
    on_date: dt.date
    minutes: int
    association: Association | None = None
    association_name: str | None = None
    receipt_no: str | None = None
    province_id: int | None = None
    national_id: str | None = None
    sex: Sex | str | None = None
    birth_date: dt.date | None = None
    phone: str | None = None
    line: int | None = None
    """Its place on the form, said with a refusal."""


@acting(Permission.TRANSFER_DECLARE)
def add_participants(
    actor: Actor,
    activity: TransferActivity,
    participants: Iterable[Participant],
    scope: Scope | None = None,
) -> list[TransferParticipation]:
    """Put persons on the sheet; answers one participation each. Flushes.

    Persons are found or made (RULES D1), without a national id only among those whom this sheet names for the
    same association; unknown associations are declared. Refused on a closed sheet, for a day to come, time
    that is not above zero, a person twice for one association on one day, a national id that is someone
    else's outside the `scope` of who writes.
    """
    check_open(activity)
    made = []
    for one in participants:
        try:
            made.append(_added(actor, activity, one, scope))
        except Refused as refusal:
            if one.line is None or refusal.field == "on_date":  # the day is the whole sheet's
                raise
            message = _("Participant %(number)s : %(what)s", number=one.line, what=refusal.message)
            raise Refused(message, "participants", code=refusal.code, status=refusal.status) from refusal
    return made


def _added(
    actor: Actor, activity: TransferActivity, one: Participant, scope: Scope | None
) -> TransferParticipation:
    check_time(one.on_date, one.minutes)
    association = _association(actor, activity, one)
    found = people.find_or_make(
        actor,
        name_ar=one.name,
        national_id=one.national_id,
        sex=one.sex,
        birth_date=one.birth_date,
        phone=one.phone,
        within=[p.person_id for p in activity.participations if p.association_id == association.id],
        scope=scope,
    )
    return put(actor, activity, found.person, association, one.on_date, one.minutes)


def put(
    actor: Actor,
    activity: TransferActivity,
    person: Person,
    association: Association,
    on_date: dt.date,
    minutes: int,
    *,
    is_checked: bool = False,
) -> TransferParticipation:
    """Add one participation of records that are known; refused for a person twice on one day.

    `is_checked` by an import, which has looked for that and flushes once.
    """
    key = (person.id, association.id, on_date)
    if not is_checked and any(
        (p.person_id, p.association_id, p.on_date) == key for p in activity.participations
    ):
        message = _("%(name)s figure déjà sur cette feuille à cette date.", name=person.name)
        raise Refused(message, "participants", code="participation")
    made = TransferParticipation(
        person_id=person.id,
        association_id=association.id,
        on_date=on_date,
        minutes=minutes,
        person=person,
        association=association,
    )
    activity.participations.append(made)
    if not is_checked:
        touch(activity)
        db.session.flush()
    after = {"person": person.id, "association": association.name_ar, "on_date": on_date, "minutes": minutes}
    journal.record(db.session, actor, "transfer:participant:add", activity, after=after)
    return made


@acting(Permission.TRANSFER_DECLARE)
def remove_participant(
    actor: Actor, activity: TransferActivity, participation: TransferParticipation
) -> None:
    """Take a person off the sheet; refused on a closed one."""
    check_open(activity)
    before = {
        "person": participation.person_id,
        "association": participation.association.name_ar,
        "on_date": participation.on_date,
        "minutes": participation.minutes,
    }
    _keep_former(participation)
    activity.participations.remove(participation)
    touch(activity)
    db.session.flush()
    journal.record(db.session, actor, "transfer:participant:remove", activity, before=before)


@acting(Permission.TRANSFER_DECLARE)
def change_minutes(actor: Actor, participation: TransferParticipation, minutes: int) -> bool:
    """Change a person's time on an open sheet; answers whether it differed."""
    if participation.minutes == minutes:
        return False
    activity = participation.activity
    check_open(activity)
    check_time(participation.on_date, minutes)
    _keep_former(participation)
    before, participation.minutes, participation.recorded_at = participation.minutes, minutes, clock.now()
    touch(activity)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "transfer:participant:edit",
        activity,
        before={"person": participation.person_id, "minutes": before},
        after={"person": participation.person_id, "minutes": minutes},
    )
    return True


def _keep_former(line: TransferParticipation) -> None:
    """Keep a line of a sheet that was ever declared as it stands, for figures known on an earlier day (RULES D4)."""
    if line.activity.submitted_at is None:
        return
    former = FormerParticipation(
        activity_id=line.activity_id,
        person_id=line.person_id,
        association_id=line.association_id,
        on_date=line.on_date,
        minutes=line.minutes,
        recorded_at=line.recorded_at,
        until=clock.now(),
    )
    db.session.add(former)


def check_open(activity: TransferActivity) -> None:
    """Refuse where the sheet is validated or refused."""
    if activity.state not in OPEN:
        message = _(
            "Cette activité est « %(state)s » : sa feuille ne change plus.", state=activity.state.label
        )
        raise Refused(message, "state", code="C6")


def check_time(on_date: dt.date, minutes: int) -> None:
    """Refuse a day to come and a length that no day has."""
    if on_date > clock.today():
        raise Refused(_("Cette date est à venir."), "on_date", code="date")
    if not 0 < minutes <= LONGEST:
        raise Refused(
            _("La durée doit être supérieure à zéro et d'un jour au plus."), "minutes", code="minutes"
        )


def _association(actor: Actor, activity: TransferActivity, one: Participant) -> Association:
    if one.association is not None:
        return one.association
    province = db.session.get(Province, one.province_id) if one.province_id else None
    region_id = province.region_id if province else activity.region_id
    return association_meant(
        actor, one.association_name, one.receipt_no, province.id if province else None, region_id
    )[0]


def association_meant(
    actor: Actor,
    name: str | None,
    receipt_no: str | None,
    province_id: int | None,
    region_id: int,
    blocks: Blocks | None = None,
) -> tuple[Association, bool]:
    """The association that a sheet names, declared where nobody knows it; True when it was made.

    Where several fit, the one that an earlier sheet declared there, so that a sheet read twice means the same.
    """
    check_name(name)
    assert name is not None
    meant: dict[str, Any] = {
        "receipt_no": receipt_no,
        "name": name,
        "province_id": province_id,
        "region_id": region_id,
    }
    found = find_association(**meant) or registered_before(**meant)
    if found is not None:
        return found, False
    return find_or_declare(actor, **meant, blocks=blocks)


def check_name(name: str | None) -> None:
    """Refuse an association's name that has no letter (RULES C7)."""
    if not fold(name or ""):
        raise Refused(_("Indiquez l'association du participant."), "association", code="C7")


def touch(activity: TransferActivity) -> None:
    """A changed sheet is a new version of its activity: who read the old one may not validate it unseen."""
    flag_modified(activity, "state")
