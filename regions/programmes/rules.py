"""Opening a regional programme, setting its targets and moving it through its life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from programme.base import journal
from programme.base.access import Actor, Permission, acting
from programme.base.extensions import db
from programme.base.holding import hold, hold_name
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.states import checked_move
from regions.programmes import queries
from regions.programmes.models import MOVES, ProgrammeState, RegionalProgramme, TargetVersion

TARGETS = (
    "associations_target",
    "trainees_target",
    "places_per_association",
    "reach_target",
    "min_attendance",
    "transfer_min_persons",
    "transfer_min_minutes",
)
DEFAULTS = dict(zip(TARGETS, (30, 120, 4, 600, 80, 2, 360), strict=True))
"""MISSION.md: 30 associations of 4 persons, 600 reached; 80 % of attendance; 2 persons of 6 hours."""
SOURCES = ("set_by", "reason")
_LEAST = {"places_per_association": 1, "transfer_min_persons": 1, "min_attendance": 1}

journal.declare(
    {
        "programmes:regional_programme:open": _l("Déclinaison régionale ouverte"),
        "programmes:regional_programme:edit": _l("Période modifiée"),
        "programmes:regional_programme:move": _l("Changement d'état de la déclinaison régionale"),
        "programmes:targets:set": _l("Cibles fixées"),
        "programmes:targets:cite": _l("Source des cibles précisée"),
    },
    {
        "region_id": _l("Région"),
        "number": _l("Numéro"),
        "effective_on": _l("En vigueur à partir du"),
        "associations_target": _l("Associations formées"),
        "trainees_target": _l("Bénéficiaires formés"),
        "places_per_association": _l("Places par association"),
        "reach_target": _l("Associations atteintes"),
        "min_attendance": _l("Présence minimale (%)"),
        "transfer_min_persons": _l("Personnes par association dans un transfert"),
        "transfer_min_minutes": _l("Heures par personne dans un transfert"),
        "set_by": _l("Fixé par"),
    },
)


@acting(Permission.PROGRAMME_WRITE)
def open_regional_programme(
    actor: Actor,
    *,
    region_id: int,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    state: ProgrammeState = ProgrammeState.ANNOUNCED,
    **targets: Any,
) -> RegionalProgramme:
    """Open the programme in a region, with the first version of its targets (default: MISSION.md's).

    Refused where it ends before it starts or shares a day with another one of the region.
    `targets`: those of `TARGETS`, and `set_by`, `reason`. Flushes.
    """
    programme = queries.national_programme()
    if programme is None:
        raise Refused(_("Lancez d'abord « programme init »."), code="init")
    _check_period(region_id, starts_on, ends_on)
    opened = RegionalProgramme(
        programme_id=programme.id, region_id=region_id, starts_on=starts_on, ends_on=ends_on, state=state
    )
    values = checked_targets(targets, DEFAULTS)
    db.session.add(opened)
    db.session.flush()
    after = {"region_id": region_id, "starts_on": starts_on, "ends_on": ends_on, "state": state}
    journal.record(db.session, actor, "programmes:regional_programme:open", opened, after=after)
    _add_version(actor, opened, 1, starts_on, values, targets.get("set_by"), targets.get("reason"))
    return opened


@acting(Permission.PROGRAMME_WRITE)
def set_targets(
    actor: Actor,
    regional_programme: RegionalProgramme,
    *,
    effective_on: dt.date,
    set_by: str,
    reason: str,
    **targets: Any,
) -> TargetVersion:
    """Add a version of the targets from a day on; what is not named stays as it was on that day.

    Refused without the agreement or decision that sets it, without a reason, before the programme starts,
    once it is closed, and where nothing changes.
    """
    if not (set_by or "").strip():
        raise Refused(_("Nommez la convention ou la décision qui fixe ces cibles."), "set_by", code="set_by")
    if not (reason or "").strip():
        raise Refused(_("Indiquez le motif."), "reason", code="reason")
    if effective_on < regional_programme.starts_on:
        message = _("Les cibles ne peuvent prendre effet avant le début de la déclinaison régionale.")
        raise Refused(message, "effective_on", code="period")
    if regional_programme.state is ProgrammeState.CLOSED:
        raise Refused(_("Cette déclinaison régionale est clôturée."), code="closed")
    # Two versions made at once must not take one number.
    hold(regional_programme, "state", "starts_on")
    versions = queries.target_versions(regional_programme.id)
    before = _values(queries.targets_of(regional_programme.id, effective_on))
    values = checked_targets(targets, before)
    if values == before:
        raise Refused(_("Ces cibles sont déjà en vigueur à cette date."), code="unchanged")
    number = max((one.number for one in versions), default=0) + 1
    return _add_version(actor, regional_programme, number, effective_on, values, set_by, reason, before)


@acting(Permission.PROGRAMME_WRITE)
def cite(
    actor: Actor, version: TargetVersion, *, set_by: str | None, reason: str | None
) -> dict[str, tuple[str | None, str | None]]:
    """Name the source of a version that exists; None keeps what stands. Answers {field: (before, after)}."""
    given = {"set_by": (set_by or "").strip() or None, "reason": (reason or "").strip() or None}
    changed: dict[str, tuple[str | None, str | None]] = {
        name: (getattr(version, name), value)
        for name, value in given.items()
        if value is not None and value != getattr(version, name)
    }
    for name, (_before, after) in changed.items():
        setattr(version, name, after)
    if changed:
        db.session.flush()
        journal.record(
            db.session,
            actor,
            "programmes:targets:cite",
            version.regional_programme,
            before={name: pair[0] for name, pair in changed.items()},
            after={name: pair[1] for name, pair in changed.items()},
        )
    return changed


@acting(Permission.PROGRAMME_WRITE)
def edit_period(actor: Actor, regional_programme: RegionalProgramme, *, ends_on: dt.date | None) -> None:
    """Change the day on which a regional programme ends; refused where it meets the next one."""
    if ends_on == regional_programme.ends_on:
        return
    region_id, starts_on = regional_programme.region_id, regional_programme.starts_on
    _check_period(region_id, starts_on, ends_on, besides=regional_programme.id)
    before = {"ends_on": regional_programme.ends_on}
    regional_programme.ends_on = ends_on
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "programmes:regional_programme:edit",
        regional_programme,
        before=before,
        after={"ends_on": ends_on},
    )


def move(actor: Actor, regional_programme: RegionalProgramme, name: str, reason: str | None = None) -> None:
    """Make one step of the life-cycle (`models.MOVES`)."""
    step = checked_move(MOVES, name, regional_programme.state, actor, reason)
    before = {"state": regional_programme.state}
    regional_programme.state = step.target
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "programmes:regional_programme:move",
        regional_programme,
        before=before,
        after={"state": step.target},
        reason=reason,
    )


def checked_targets(given: Mapping[str, Any], former: Mapping[str, int]) -> dict[str, int]:
    """`former` with what `given` names; None keeps the former. Refused for a number out of bounds."""
    if unknown := set(given) - set(TARGETS) - set(SOURCES):
        raise TypeError(f"no such targets: {sorted(unknown)}")
    values = {name: former[name] if given.get(name) is None else int(given[name]) for name in TARGETS}
    for name, value in values.items():
        if value < _LEAST.get(name, 0) or value > (100 if name == "min_attendance" else 1_000_000):
            raise Refused(_("Cette valeur est hors limites."), name, code="bounds")
    return values


def _values(version: TargetVersion) -> dict[str, int]:
    return {name: getattr(version, name) for name in TARGETS}


def _check_period(
    region_id: int, starts_on: dt.date, ends_on: dt.date | None, besides: int | None = None
) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("La fin précède le début."), "ends_on", code="period")
    hold_name(db.session, f"periods of region {region_id}")
    if queries.overlapping(region_id, starts_on, ends_on, besides=besides) is not None:
        message = _("Une autre déclinaison de cette région couvre déjà une partie de cette période.")
        raise Refused(message, "starts_on" if besides is None else "ends_on", code="overlap")


def _add_version(
    actor: Actor,
    regional_programme: RegionalProgramme,
    number: int,
    effective_on: dt.date,
    values: Mapping[str, int],
    set_by: str | None,
    reason: str | None,
    before: Mapping[str, int] | None = None,
) -> TargetVersion:
    version = TargetVersion(
        regional_programme_id=regional_programme.id,
        number=number,
        effective_on=effective_on,
        set_by=(set_by or "").strip() or None,
        reason=(reason or "").strip() or None,
        **values,
    )
    db.session.add(version)
    db.session.flush()
    journal.record(
        db.session,
        actor,
        "programmes:targets:set",
        regional_programme,
        before=before,
        after={"number": number, "effective_on": effective_on, "set_by": version.set_by, **values},
        reason=version.reason,
    )
    return version
