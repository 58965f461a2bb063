"""What the pages of transfers show, put together from the queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from cohorts.curriculum.queries import modules
from cohorts.enrolment.queries import trainees_of
from cohorts.transfer import queries, rules
from cohorts.transfer.forms import ActivityForm, EntryForm
from cohorts.transfer.models import MOVES, OPEN, TransferActivity, TransferState
from programme.base.access import Actor, Permission, Scope
from programme.base.cleaning import fold_digits
from programme.base.journal import FIELDS, JournalEntry
from programme.base.language import format_number, ngettext
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.states import moves_from
from programme.base.told import Told
from regions.associations.models import Association
from regions.geography import queries as geography

FEW = 100
"""Up to so many hosts the trainees of all of them are offered as trainers."""
CONSEQUENCES = {
    "submit": _l("La feuille part à la validation ; une autre personne la relira."),
    "validate": _l("Les participants et leurs associations entrent dans les chiffres."),
}
"""What a step without a page of its own does, asked before it is done."""
SAID = {
    "submit": _l("Transfert déclaré : une autre personne doit le valider."),
    "validate": _l("Transfert validé : ses participants entrent dans les chiffres."),
    "return": _l("Transfert renvoyé avec votre commentaire."),
    "refuse": _l("Transfert refusé : il ne compte pas."),
    "reopen": _l("Transfert rouvert : ses heures ne comptent plus jusqu'à une nouvelle validation."),
}
"""What is said once a step is done."""
KEYS = ("q", "region", "state", "host")
COUNTED = ("transfer:participant:add", "transfer:participant:remove")
"""Events that come by the dozen with one sheet."""


@dataclass(frozen=True, slots=True)
class Link:
    """A filter, or a next step as a button."""

    label: str
    href: str
    active: bool = False
    count: int | None = None
    main: bool = False
    method: str = "get"
    confirm: str = ""
    tone: str = ""


def listing(scope: Scope, asked: Mapping[str, str]) -> dict[str, Any]:
    """The list under the filters of the address; unknown values are as if they were not there."""
    given = {key: fold_digits(asked.get(key, ""))[:100].replace("\0", "").strip() for key in KEYS}
    regions = geography.regions(scope)
    region = next((one for one in regions if one.code == given["region"]), None)
    state = TransferState(given["state"]) if given["state"] in set(TransferState) else None
    host = int(given["host"]) if given["host"].isdecimal() and len(given["host"]) < 10 else None
    kept = {
        "q": given["q"],
        "region": region.code if region else "",
        "state": state or "",
        "host": host or "",
    }
    filters = queries.Filters(given["q"], region.id if region else None, state, host)
    before = asked.get("before", "")
    rows = queries.activities(
        scope, filters, before_id=int(before) if before.isdecimal() and len(before) < 10 else None
    )
    counts = queries.count_by_state(scope, filters)
    shown = rows[: queries.PAGE]
    return {
        "rows": shown,
        "total": sum(number for one, number in counts.items() if state in (None, one)),
        "older": _address(kept, before=shown[-1].activity.id) if len(rows) > queries.PAGE else None,
        "newer": _address(kept) if before else None,
        "chips": _chips(kept, counts, state),
        "clear": url_for(".index") if any(kept.values()) else None,
        "kept": kept,
        "regions": [(one.code, str(one.name)) for one in regions],
    }


def _chips(
    kept: Mapping[str, Any], counts: Mapping[TransferState, int], chosen: TransferState | None
) -> list[Link]:
    return [
        Link(
            str(one.label),
            _address(kept, state="" if one is chosen else one.value),
            one is chosen,
            counts.get(one, 0),
        )
        for one in TransferState
        if counts.get(one) or one is chosen
    ]


def _address(kept: Mapping[str, Any], **changes: Any) -> str:
    return url_for(".index", **{key: value for key, value in {**kept, **changes}.items() if value})


def offer(scope: Scope, form: EntryForm) -> None:
    """Fill the choices of a new sheet."""
    hosts = queries.hosts(scope)
    names = dict(hosts)
    # A whole country's trainees are no list to choose from: then those of the host that was chosen.
    asked = list(names) if len(names) <= FEW else [form.host_id.data or 0]
    trainers = [
        (person_id, name if len(hosts) == 1 else f"{name} — {names[association_id]}")
        for association_id, person_id, name in trainees_of(scope, [one for one in asked if one in names])
    ]
    taught = [(one.id, str(one.title)) for one in modules(scope)]
    form.offer_hosts(hosts)
    chosen = hosts[0][0] if len(hosts) == 1 else form.host_id.data
    host = queries.get_host(scope, chosen) if chosen in names else None
    form.offer_said(taught, trainers, queries.communes(scope, host))
    form.offer_provinces(provinces(scope, host))


def offer_said(scope: Scope, form: ActivityForm, activity: TransferActivity) -> None:
    """Fill the choices of an activity that stands, what it says already among them."""
    trainers = [(one, name) for _host, one, name in trainees_of(scope, [activity.host_id])]
    communes = queries.communes(scope, activity.host)
    trainer, commune = activity.trainer, activity.commune
    if trainer is not None and trainer.id not in dict(trainers):
        trainers.append((trainer.id, str(trainer.name)))
    if commune is not None and commune.id not in dict(communes):
        communes.append((commune.id, str(commune.name)))
    form.offer_said([(one.id, str(one.title)) for one in modules(scope)], trainers, communes)


def provinces(scope: Scope, host: Association | None) -> list[tuple[int, str]]:
    """Every prefecture and province, since participants may come from anywhere: the host's, its region's, the rest.

    While no host is chosen, those of the reader's regions first.
    """
    regions = {host.region_id} if host is not None else set(scope.regions or ())
    own = host.province_id if host is not None else None
    found = sorted(
        geography.provinces(Scope.country()), key=lambda one: (one.id != own, one.region_id not in regions)
    )
    return [(one.id, str(one.name)) for one in found]


def told(entries: Iterable[JournalEntry]) -> list[Told]:
    """The history, newest first; people put on a sheet, or taken off it, in one minute are one line."""
    found: list[Told] = []
    for (event, *_rest), alike in groupby(entries, key=_minute):
        group = list(alike)
        if event in COUNTED and len(group) > 1:
            found.append(Told(_counted(event, len(group)), group[0].who, group[0].at, _coming_from(group)))
        else:
            found += [Told(one.sentence, one.who, one.at, one.changes) for one in group]
    return found


def _minute(entry: JournalEntry) -> tuple[str, str, dt.datetime]:
    return entry.event, entry.who, entry.at.replace(second=0, microsecond=0)


def _counted(event: str, number: int) -> str:
    if event == COUNTED[0]:
        return ngettext("%(num)s participant ajouté", "%(num)s participants ajoutés", number)
    return ngettext("%(num)s participant retiré", "%(num)s participants retirés", number)


def _coming_from(entries: Iterable[JournalEntry]) -> list[tuple[str, Any, Any]]:
    """The associations of these lines, each with the number of its people, as one change of one entry."""
    field = str(FIELDS["association"])
    told = [change for one in entries for change in one.changes if change[0] == field]
    before, after = (_numbered(change[place] for change in told) for place in (1, 2))
    return [(_("Associations"), before, after)]


def _numbered(names: Iterable[str | None]) -> str | None:
    counted = Counter(name for name in names if name)
    return _(", ").join(f"\u2068{name}\u2069 ({format_number(n)})" for name, n in counted.items()) or None


def is_mine(actor: Actor, activity: TransferActivity) -> bool:
    """Whether only having entered or changed it keeps this actor from validating it (RULES C6)."""
    return "validate" in moves_from(MOVES, activity.state, actor) and not rules.is_stranger(actor, activity)


def moves(actor: Actor, activity: TransferActivity) -> list[Link]:
    """The next steps of this actor; those with a reason or a consequence open a page of their own."""
    found: list[Link] = []
    possible = moves_from(MOVES, activity.state, actor)
    if is_mine(actor, activity):
        del possible["validate"]
    for name, move in possible.items():
        needs_page = move.needs_reason or bool(move.confirm)
        found.append(
            Link(
                str(move.label),
                url_for(".step", activity_id=activity.id, name=name),
                main=name in {"submit", "validate"},
                method="get" if needs_page else "post",
                confirm="" if needs_page else str(CONSEQUENCES.get(name, "")),
                tone="red" if name == "refuse" else "",
            )
        )
    if actor.may(Permission.TRANSFER_DECLARE) and activity.state in OPEN:
        href = url_for(".add", activity_id=activity.id)
        found.insert(1, Link(_("Ajouter des participants"), href))
        found.insert(2, Link(_("Modifier"), url_for(".edit", activity_id=activity.id)))
    return found
