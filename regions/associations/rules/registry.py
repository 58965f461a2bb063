"""Registering and editing associations (RULES A1, A2, A5); one at a time, or many with few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from programme.base import clock, folding, journal
from programme.base.access import Actor, Permission, Role, acting
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from regions.associations import fields as typed
from regions.associations.models import Association
from regions.associations.queries.identity import find_association, find_receipt
from regions.associations.rules.keys import compared
from regions.associations.rules.suspicions import Blocks, Suspected, detect
from regions.associations.rules.words import write_words
from regions.geography.models import Commune, Province, Region

journal.declare(
    {
        "association:record:register": _l("Association enregistrée"),
        "association:record:declare": _l("Association déclarée par une feuille de transfert"),
        "association:record:edit": _l("Fiche modifiée"),
        "association:record:ask_check": _l("Fiche marquée à vérifier"),
        "association:record:settle_check": _l("Fiche vérifiée"),
    },
    {name: label for name, label in typed.LABELS.items() if name != "kind"},
)

_PLACES = ("region_id", "province_id", "commune_id")
_RESEMBLES = {"name_ar", "province_id", "region_id"}


def may_edit_all(actor: Actor) -> bool:
    """Whether this actor may change every field of a record."""
    return actor.may(Permission.ASSOCIATION_WRITE)


def may_edit(actor: Actor) -> bool:
    """Whether this actor may change contacts at least (a representative: those of the own association)."""
    return may_edit_all(actor) or actor.role is Role.ASSOCIATION_REPRESENTATIVE


@acting(Permission.ASSOCIATION_WRITE)
def register_association(
    actor: Actor,
    *,
    name_ar: str,
    region_id: int,
    province_id: int | None = None,
    raw: Mapping[str, str] | None = None,
    **fields: Any,
) -> Association:
    """Enter an association; its words and suspected duplicates are written with it.

    Refused: no Arabic name, a province outside the region, a commune outside the province (A1), a receipt
    that another record of the province holds (A2), dates to come. Odd numbers are kept and flagged (A5).
    """
    desk = Desk(actor)
    values = {"name_ar": name_ar, "region_id": region_id, "province_id": province_id, **fields}
    made = desk.register(values, raw)
    desk.finish()
    return made


def edit_association(
    actor: Actor, association: Association, *, raw: Mapping[str, str] | None = None, **fields: Any
) -> Association:
    """Change the given fields; None empties one. What stays the same leaves no trace.

    Refused as `register_association`; a representative may change contacts only (403).
    """
    desk = Desk(actor)
    desk.edit(association, fields, raw)
    desk.finish()
    return association


def find_or_declare(
    actor: Actor,
    *,
    name: str,
    receipt_no: str | None,
    province_id: int | None,
    region_id: int,
    blocks: Blocks | None = None,
) -> tuple[Association, bool]:
    """The record that a transfer sheet means, made where there is none; True when it was made.

    For who enters associations or declares transfers. `blocks` is shared by the rows of one sheet.
    """
    if not actor.may(Permission.TRANSFER_DECLARE):
        actor.must(Permission.ASSOCIATION_WRITE)
    found = find_association(receipt_no=receipt_no, name=name, province_id=province_id, region_id=region_id)
    if found is not None:
        return found, False
    desk = Desk(actor, blocks)
    values = {"name_ar": name, "receipt_no": receipt_no, "region_id": region_id, "province_id": province_id}
    if not any("\u0600" <= letter <= "\u06ff" for letter in name):
        values["name_fr"] = name
    made = desk.register(values, None, event="association:record:declare")
    desk.finish()
    return made, True


@acting(Permission.ASSOCIATION_WRITE)
def ask_check(actor: Actor, records: Sequence[Association]) -> int:
    """Mark records as to be checked; answers how many were not marked yet."""
    marked = [record for record in records if not typed.is_to_check(record)]
    for record in marked:
        codes = {*filter(None, (record.odd or "").split(",")), typed.TO_CHECK}
        record.odd = ",".join(sorted(codes))
        journal.record(db.session, actor, "association:record:ask_check", record)
    db.session.flush()
    write_words(marked)
    return len(marked)


@acting(Permission.ASSOCIATION_WRITE)
def settle_check(actor: Actor, association: Association) -> None:
    """The record was checked: the mark goes."""
    if not typed.is_to_check(association):
        raise Refused(_("Cette fiche n'est pas marquée à vérifier."), "state", code="state")
    kept = [code for code in (association.odd or "").split(",") if code != typed.TO_CHECK]
    association.odd = ",".join(kept) or None
    journal.record(db.session, actor, "association:record:settle_check", association)
    db.session.flush()
    write_words([association])


class Desk:
    """Registers and edits many records; `finish` flushes them and writes words and suspicions in blocks.

    `holders` answers who holds a receipt without a statement, where the caller fetched that before.
    """

    def __init__(
        self,
        actor: Actor,
        blocks: Blocks | None = None,
        holders: Mapping[tuple[int | None, str], Association] | None = None,
    ) -> None:
        self.actor = actor
        self.blocks = blocks
        self.holders = holders
        self.made: list[Association] = []
        self.edited: list[Association] = []
        self.compared: list[Association] = []

    def register(
        self,
        values: Mapping[str, Any],
        raw: Mapping[str, str] | None = None,
        event: str = "association:record:register",
    ) -> Association:
        """Check and add one record, flushed by `finish`."""
        cleaned = typed.clean(values, raw)
        self._check(cleaned.values, None)
        made = Association(**{k: v for k, v in cleaned.values.items() if v is not None})
        _derive(made, cleaned)
        db.session.add(made)
        self.made.append(made)
        self.compared.append(made)
        shown = _shown({name: value for name, value in cleaned.values.items() if value is not None})
        journal.record(db.session, self.actor, event, made, after=shown, hidden=typed.PERSONAL)
        return made

    def edit(
        self, association: Association, values: Mapping[str, Any], raw: Mapping[str, str] | None = None
    ) -> dict[str, tuple[Any, Any]]:
        """Check and change one record; answers (before, after) of what differs, empty when nothing does."""
        self._allow(values)
        cleaned = typed.clean(values, raw)
        changed = {
            name: (getattr(association, name), value)
            for name, value in cleaned.values.items()
            if getattr(association, name) != value
        }
        if not changed:
            return {}
        after = {name: pair[1] for name, pair in changed.items()}
        self._check({**_checked(association), **after}, association)
        for name, value in after.items():
            setattr(association, name, value)
        _derive(association, cleaned)
        self.edited.append(association)
        if _RESEMBLES & changed.keys():
            self.compared.append(association)
        before = {name: pair[0] for name, pair in changed.items() if name not in typed.PERSONAL}
        journal.record(
            db.session,
            self.actor,
            "association:record:edit",
            association,
            before=_shown(before),
            after=_shown(after),
            hidden=typed.PERSONAL,
        )
        return changed

    def finish(self) -> list[Suspected]:
        """Flush, write the words, and answer the new suspicions."""
        db.session.flush()
        write_words(self.made, are_new=True)
        new = {id(record) for record in self.made}
        write_words([record for record in self.edited if id(record) not in new])
        found = detect(self.compared, self.blocks) if self.compared else []
        self.made, self.edited, self.compared = [], [], []
        return found

    def _allow(self, values: Mapping[str, Any]) -> None:
        if self.actor.role is Role.ASSOCIATION_REPRESENTATIVE and typed.CONTACTS.issuperset(values):
            return
        self.actor.must(Permission.ASSOCIATION_WRITE)

    def _check(self, values: Mapping[str, Any], association: Association | None) -> None:
        if not values.get("name_ar"):
            raise Refused(_("Le nom en arabe est obligatoire."), "name_ar", code="A2")
        _check_places(values)
        _check_dates(values)
        number = values.get("receipt_no")
        if number:
            holder = self._holder(number, values)
            if holder is not None and holder is not association:
                raise Refused(
                    _("Ce récépissé est déjà celui de « %(name)s ».", name=holder.name),
                    "receipt_no",
                    code="A2",
                )

    def _holder(self, number: str, values: Mapping[str, Any]) -> Association | None:
        if self.holders is not None:
            return self.holders.get((values.get("province_id"), number))
        return find_receipt(number, values.get("province_id"), values["region_id"])


def _checked(association: Association) -> dict[str, Any]:
    names = ("name_ar", "receipt_no", "receipt_date", "founded_on", *_PLACES)
    return {name: getattr(association, name) for name in names}


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the journal keeps them: places by HCP code, which says more than an id."""
    tables: dict[str, Any] = {"region_id": Region, "province_id": Province, "commune_id": Commune}
    shown = dict(values)
    for name, table in tables.items():
        if shown.get(name) is not None:
            shown[name] = db.session.get_one(table, shown[name]).code
    return shown


def _derive(association: Association, cleaned: typed.Fields) -> None:
    """Keys, flags and raw input that follow the cleaned fields."""
    if "name_ar" in cleaned.values:
        association.sort_key = typed.sort_key_of(association.name_ar)
        association.match_key = folding.match_key(association.name_ar)[:300]
        association.compare_key = compared(association.name_ar)
    association.odd = typed.merged_odd(association.odd, cleaned.odd)
    association.raw = typed.merged_raw(association.raw, cleaned.raw)


def _check_places(values: Mapping[str, Any]) -> None:
    """RULES A1: the commune lies in the province, the province in the region."""
    if db.session.get(Region, values["region_id"] or 0) is None:
        raise Refused(_("Choisissez une région."), "region_id", code="A1")
    province_id, commune_id = values.get("province_id"), values.get("commune_id")
    if province_id is not None:
        province = db.session.get(Province, province_id)
        if province is None or province.region_id != values["region_id"]:
            raise Refused(_("Cette province n'est pas dans la région choisie."), "province_id", code="A1")
    if commune_id is not None:
        commune = db.session.get(Commune, commune_id)
        if commune is None or commune.province_id != province_id:
            raise Refused(_("Cette commune n'est pas dans la province choisie."), "commune_id", code="A1")


def _check_dates(values: Mapping[str, Any]) -> None:
    today = clock.today()
    for name in ("receipt_date", "founded_on"):
        day: dt.date | None = values.get(name)
        if day is not None and day > today:
            raise Refused(_("Cette date est à venir."), name, code="A2")
