"""What the rows of a workbook of transfers do (WORKBOOKS.md; RULES, Counting)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cohorts.curriculum.models import Module
from cohorts.curriculum.queries import module_by_code
from cohorts.people import queries as persons
from cohorts.people import rules as people
from cohorts.people.models import Person
from cohorts.transfer import queries, rules
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from cohorts.transfer.rules import participants as sheet
from programme.base.access import Scope
from programme.base.cleaning import clean_national_id, clean_phone
from programme.base.folding import Likeness, compare_names
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.vault import vault
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.models import Association
from regions.associations.queries import find_association
from regions.associations.rules import Blocks, find_or_declare
from regions.geography.models import Commune, Province
from regions.geography.queries import get_commune, get_province
from regions.programmes.queries import region_named

COUNTRY = Scope.country()
FILLED = ("sex", "birth_date", "phone")
Key = tuple[int, int, int, dt.date]


class Transfers:
    """One run over a sheet; remembers what the rows before it found or made."""

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context = context
        self.activities: dict[str, TransferActivity] = {}
        self.known = queries.activities_by_code(COUNTRY, (row["activity"] for row in rows))
        self.hosts: dict[str, Association | None] = {}
        self.associations: dict[tuple[Any, ...], Association] = {}
        self.blocks = Blocks()
        self.provinces: dict[str, Province | None] = {}
        self.communes: dict[str, Commune | None] = {}
        self.modules: dict[str, Module | None] = {}
        self.on_sheet: dict[tuple[int, int], set[int]] = {}
        self.rows_of: dict[Key, tuple[int, int]] = {}
        self.parts: dict[Key, TransferParticipation] = {}
        self.touched: set[int] = set()
        self.changed: dict[int, ParsedRow] = {}
        self.region = region_named(context.scope, context.region) if context.region else None

    def apply(self, row: ParsedRow) -> None:
        """Find or open the activity, find or make association and person, put them on the sheet."""
        activity = self._activity(row)
        sheet.check_time(row["date"], row["hours"])
        self._commune_id(row), self._module_id(row)  # every row's, though the activity keeps the first ones
        association = self._association(row, activity)
        person = self._person(row, activity, association)
        self._put(row, activity, association, person)

    def finish(self) -> None:
        """Declare what this file made or changed; what it found as it says stays as it is."""
        by_id = {one.id: one for one in self.activities.values()}
        for activity_id, row in self.changed.items():
            activity = by_id[activity_id]
            if activity.state in {TransferState.DRAFT, TransferState.RETURNED} and activity.participations:
                with self.context.row(row):
                    rules.submit(self.context.actor, activity)
            else:
                sheet.touch(activity)

    def _activity(self, row: ParsedRow) -> TransferActivity:
        code = row["activity"]
        host = self._host(row)
        activity = self.activities.get(code)
        if activity is None:
            known = self.known.get(code)
            activity = self._take(row, known) if known is not None else self._open(row, host)
            self.activities[code] = activity
            self._remember(activity)
        if activity.host_id != host.id:
            sentence = _("l'activité %(code)s est déjà celle d'une autre association hôte", code=code)
            raise Refused(sentence, "host")
        return activity

    def _take(self, row: ParsedRow, known: TransferActivity) -> TransferActivity:
        scope = self.context.scope
        if not (scope.sees_region(known.region_id) or known.host_id in scope.associations):
            raise Refused(_("cette activité est hors de votre périmètre"), "activity")
        given = {name: value for name, value in self._fields(row, known.host).items() if value is not None}
        for name, (before, after) in rules.edit(self.context.actor, known, **given).items():
            self.context.updated(known, _column(name), *self._shown(name, before, after))
            self.changed[known.id] = row
        return known

    def _shown(self, name: str, before: Any, after: Any) -> tuple[Any, Any]:
        if not name.endswith("_id"):
            return before, after
        return "" if before is None else "…", "…"

    def _open(self, row: ParsedRow, host: Association) -> TransferActivity:
        is_trained = queries.is_trained(host.id)
        if not is_trained:
            sentence = _("« %(name)s » n'a de siège dans aucune cohorte", name=host.name)
            self.context.warn(row, "host_association_receipt_no", sentence)
        opened = rules.declare(
            self.context.actor,
            host=host,
            code=row["activity"],
            scope=self.context.scope,
            is_trained=True,
            **self._fields(row, host),
        )
        self.changed[opened.id] = row
        self.context.created(opened)
        return opened

    def _remember(self, activity: TransferActivity) -> None:
        for part in activity.participations:
            key = (activity.id, part.association_id, part.person_id, part.on_date)
            self.parts[key] = part
            self.on_sheet.setdefault(key[:2], set()).add(part.person_id)

    def _fields(self, row: ParsedRow, host: Association) -> dict[str, Any]:
        return {
            "venue": row["venue"],
            "commune_id": self._commune_id(row),
            "module_id": self._module_id(row),
            "trainer_id": self._trainer_id(row, host),
        }

    def _host(self, row: ParsedRow) -> Association:
        receipt = row["host_association_receipt_no"]
        if receipt not in self.hosts:
            self.hosts[receipt] = self._find_host(receipt)
        host = self.hosts[receipt]
        if host is None:
            raise Refused(_("aucune association connue n'a ce récépissé, ou plusieurs l'ont"), "host")
        return host

    def _find_host(self, receipt: str) -> Association | None:
        """Of the region asked for, else of the scope; among several the one that has a seat."""
        if self.region is not None:
            return find_association(receipt_no=receipt, region_id=self.region.id)
        return queries.host_with_receipt(self.context.scope, receipt)

    def _commune_id(self, row: ParsedRow) -> int | None:
        code = row["commune_code"]
        if code is None:
            return None
        if code not in self.communes:
            self.communes[code] = get_commune(COUNTRY, code)
        found = self.communes[code]
        if found is None:
            sentence = _("code de commune inconnu ; attendu : un code HCP comme 03.231.01.01")
            raise Refused(sentence, "commune_code")
        return found.id

    def _module_id(self, row: ParsedRow) -> int | None:
        code = row["module"]
        if code is None:
            return None
        if code not in self.modules:
            self.modules[code] = module_by_code(code)
        found = self.modules[code]
        if found is None:
            raise Refused(_("module inconnu : %(code)s", code=code), "module")
        return found.id

    def _trainer_id(self, row: ParsedRow, host: Association) -> int | None:
        card = clean_national_id(row["trainer_national_id"])
        if not card.value:
            return None
        found = persons.by_hashes(vault().keyed_hashes(card.value))
        if found is None or not queries.is_trainee_of(found.id, host.id):
            sentence = _("ce formateur n'est pas un bénéficiaire de l'association hôte : il n'est pas retenu")
            self.context.warn(row, "trainer_national_id", sentence)
            return None
        return found.id

    def _province(self, row: ParsedRow) -> Province | None:
        code = row["province_code"]
        if code is None:
            return None
        if code not in self.provinces:
            self.provinces[code] = get_province(COUNTRY, code)
        if self.provinces[code] is None:
            raise Refused(_("code de province inconnu ; attendu : un code HCP comme 03.231"), "province_code")
        return self.provinces[code]

    def _association(self, row: ParsedRow, activity: TransferActivity) -> Association:
        province = self._province(row)
        receipt, name = row["association_receipt_no"], row["association"]
        region_id = province.region_id if province else activity.region_id
        key = (receipt, name, province.id if province else None, region_id)
        if key in self.associations:
            return self.associations[key]
        found, is_new = find_or_declare(
            self.context.actor,
            name=name,
            receipt_no=receipt,
            province_id=province.id if province else None,
            region_id=region_id,
            blocks=self.blocks,
        )
        if is_new:
            self._resembling(row, found)
        elif _differs(found, name):
            sentence = _("ce récépissé est celui de « %(name)s »", name=found.name)
            self.context.warn(row, "association_receipt_no", sentence)
        self.associations[key] = found
        return found

    def _resembling(self, row: ParsedRow, made: Association) -> None:
        for other in queries.resembling(made.id):
            self.context.suspect(row, str(made.name), str(other.name))

    def _person(self, row: ParsedRow, activity: TransferActivity, association: Association) -> Person:
        within = self.on_sheet.setdefault((activity.id, association.id), set())
        found = people.find_or_make(
            self.context.actor,
            name_ar=row["participant"],
            national_id=row["participant_national_id"],
            within=within,
            **{name: row[name] for name in FILLED},
        )
        person, changed = found.person, dict(found.changed)
        for column, clean in (("participant_national_id", clean_national_id), ("phone", clean_phone)):
            flag = clean(row[column]).flag
            if flag is not None:
                self.context.warn(row, column, str(flag.label))
        for other in found.suspects:
            self.context.suspect(row, str(person.name), str(other.name))
        if found.created:
            self.context.created(person)
        elif person.id not in self.touched:
            given = {name: row[name] for name in FILLED if row[name] is not None}
            changed = {**people.edit_person(self.context.actor, person, **given), **changed}
        self.touched.add(person.id)
        for name, (before, after) in changed.items():
            column = {"national_id": "participant_national_id", "name_ar": "participant"}.get(name, name)
            self.context.updated(person, column, before, after)
        return person

    def _put(
        self, row: ParsedRow, activity: TransferActivity, association: Association, person: Person
    ) -> None:
        key = (activity.id, association.id, person.id, row["date"])
        before = self.rows_of.get(key)
        if before is not None:
            self._twice(row, before)
            return
        self.rows_of[key] = (row.number, row["hours"])
        self.on_sheet.setdefault(key[:2], set()).add(person.id)
        known = self.parts.get(key)
        if known is None:
            sheet.check_open(activity)
            actor = self.context.actor
            self.parts[key] = made = sheet.put(
                actor, activity, person, association, row["date"], row["hours"], is_checked=True
            )
            self.context.created(made)
            self.changed.setdefault(activity.id, row)
            return
        minutes = known.minutes
        if rules.change_minutes(self.context.actor, known, row["hours"]):
            self.context.updated(known, "hours", minutes / 60, row["hours"] / 60)
            self.changed.setdefault(activity.id, row)

    def _twice(self, row: ParsedRow, before: tuple[int, int]) -> None:
        number, minutes = before
        day = format_date(row["date"], "short")
        if minutes != row["hours"]:
            sentence = _(
                "cette personne figure déjà à la ligne %(row)s pour le %(day)s, avec une autre durée : "
                "réunissez les deux lignes",
                row=number,
                day=day,
            )
            raise Refused(sentence, "hours")
        sentence = _("répète la ligne %(row)s : comptée une fois", row=number)
        self.context.warn(row, "participant", sentence)


def _differs(found: Association, name: str) -> bool:
    names = [one for one in (found.name_ar, found.name_fr) if one]
    return all(compare_names(one, name).likeness is Likeness.DISTINCT for one in names)


def _column(field: str) -> str:
    return {"commune_id": "commune_code", "module_id": "module", "trainer_id": "trainer_national_id"}.get(
        field, field
    )
