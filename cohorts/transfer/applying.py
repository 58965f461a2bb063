"""What the rows of a workbook of transfers do (WORKBOOKS.md; RULES, Counting)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cohorts.enrolment.queries import is_trained
from cohorts.people import rules as people_rules
from cohorts.people.many import Many
from cohorts.people.models import Person
from cohorts.people.rules.identity import is_seen
from cohorts.transfer import queries, rules
from cohorts.transfer.cells import Cells
from cohorts.transfer.models import TransferActivity, TransferParticipation, TransferState
from cohorts.transfer.named import Named
from cohorts.transfer.rules.participants import check_open, check_time, put, touch
from programme.base.access import Scope
from programme.base.cleaning import clean_national_id, clean_phone
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.models import Association

A = TypeVar("A")
B = TypeVar("B")
ALIASES = {
    "on_date": "date",
    "minutes": "hours",
    "host": "host_association_receipt_no",
    "trainer_id": "trainer_national_id",
    "participants": "participant",
    "name_ar": "participant",
    "national_id": "participant_national_id",
    "receipt_no": "association_receipt_no",
    "province_id": "province_code",
    "region_id": "province_code",
    "code": "activity",
    "state": "activity",
}
COUNTRY = Scope.country()
FILLED = ("sex", "birth_date", "phone")
Key = tuple[int, int, int, dt.date]


@dataclass(slots=True)
class Line:
    """A row whose activity and association are known."""

    activity: TransferActivity
    association: Association


class Transfers:
    """One run over a sheet, in four passes, so that each kind of record is read and written in few statements."""

    def __init__(self, context: ImportContext, rows: Sequence[ParsedRow]) -> None:
        self.context, self.rows = context, {row.number: row for row in rows}
        self.activities: dict[str, TransferActivity] = {}
        self.known = queries.activities_by_code(COUNTRY, (row["activity"] for row in rows))
        self.cells = Cells(context)
        self.on_sheet: dict[tuple[TransferActivity, Association], list[Person]] = {}
        self.rows_of: dict[Key, tuple[int, int]] = {}
        self.parts: dict[Key, TransferParticipation] = {}
        self.touched: set[Person] = set()
        self.changed: dict[int, ParsedRow] = {}
        self.people = Many(
            context.actor,
            context.session,
            (row["participant"] for row in rows),
            (row["participant_national_id"] for row in rows),
            context.scope,
        )

    def run(self) -> None:
        """Activities, associations, persons, then the sheets; a refused row is left out of what follows."""
        opened = self._each(dict.fromkeys(self.rows), lambda row, _none: self._activity(row))
        named = Named(self.context, [self.rows[number] for number in opened])
        lines = self._each(opened, lambda row, activity: Line(activity, named.find(row, activity)))
        named.finish()
        for activity in self.activities.values():
            self._remember(activity)
        found = self._each(lines, self._person)
        self.people.finish()
        self._each(found, lambda row, person: self._put(row, lines[row.number], person))
        self.finish()

    def _each(self, given: Mapping[int, A], work: Callable[[ParsedRow, A], B]) -> dict[int, B]:
        """`work` on each row by its number, what is refused told in the words of the workbook's columns."""
        done: dict[int, B] = {}
        for number, one in given.items():
            with self.context.row(self.rows[number]) as row:
                try:
                    done[number] = work(row, one)
                except Refused as refusal:
                    raise refusal.renamed(ALIASES) from refusal
        return done

    def finish(self) -> None:
        """Declare what this file made or changed; what it found as it says stays as it is."""
        by_id = {one.id: one for one in self.activities.values()}
        for activity_id, row in self.changed.items():
            activity = by_id[activity_id]
            if activity.state in {TransferState.DRAFT, TransferState.RETURNED} and activity.participations:
                with self.context.row(row):
                    rules.submit(self.context.actor, activity)
            else:
                touch(activity)

    def _activity(self, row: ParsedRow) -> TransferActivity:
        code = row["activity"]
        check_time(row["date"], _minutes(row))
        host = self.cells.host(row)
        self.cells.check(row)
        activity = self.activities.get(code)
        if activity is None:
            known = self.known.get(code)
            activity = self._take(row, known) if known is not None else self._open(row, host)
            self.activities[code] = activity
        if activity.host_id != host.id:
            sentence = _("l'activité %(code)s est déjà celle d'une autre association hôte", code=code)
            raise Refused(sentence, "host")
        return activity

    def _take(self, row: ParsedRow, known: TransferActivity) -> TransferActivity:
        if not queries.covers(self.context.scope, known.host):
            raise Refused(_("cette activité est hors de votre périmètre"), "activity")
        given = {
            name: value for name, value in self.cells.fields(row, known.host).items() if value is not None
        }
        for name, (before, after) in rules.edit(self.context.actor, known, **given).items():
            self.context.updated(known, _column(name), *self._shown(name, before, after))
            self.changed[known.id] = row
        return known

    def _shown(self, name: str, before: Any, after: Any) -> tuple[Any, Any]:
        if not name.endswith("_id"):
            return before, after
        return "" if before is None else "…", "…"

    def _open(self, row: ParsedRow, host: Association) -> TransferActivity:
        if not is_trained(host.id):
            sentence = _("« %(name)s » n'a de siège dans aucune cohorte", name=host.name)
            self.context.warn(row, "host_association_receipt_no", sentence)
        opened = rules.enter(
            self.context.actor,
            host=host,
            code=row["activity"],
            scope=self.context.scope,
            allow_untrained=True,
            **self.cells.fields(row, host),
        )
        self.changed[opened.id] = row
        self.context.created(opened)
        return opened

    def _remember(self, activity: TransferActivity) -> None:
        for part in activity.participations:
            self.parts[activity.id, part.association_id, part.person_id, part.on_date] = part
            some = self.on_sheet.setdefault((activity, part.association), [])
            if part.person not in some:
                some.append(part.person)

    def _person(self, row: ParsedRow, line: Line) -> Person:
        """Find or make the participant; who is known has empty fields filled, and others changed once a file."""
        on_sheet = self.on_sheet.setdefault((line.activity, line.association), [])
        found = self.people.find_or_make(
            name_ar=row["participant"],
            national_id=row.typed("participant_national_id"),
            within=on_sheet,
            **_traits(row),
        )
        person, changed = found.person, dict(found.changed)
        if person not in on_sheet:
            on_sheet.append(person)
        self._say(row, found)
        if found.created:
            self.context.created(person)
        elif person not in self.touched:
            given = {name: value for name, value in _traits(row).items() if value is not None}
            edited = people_rules.edit_person(self.context.actor, person, scope=self.context.scope, **given)
            changed = {**edited, **changed}
        self.touched.add(person)
        self._show(person, changed)
        return person

    def _show(self, person: Person, changed: people_rules.Changed) -> None:
        """Say what a row changed; what stood in the file of someone out of sight is not shown (RULES D1)."""
        is_hidden = bool(changed) and not is_seen(self.context.scope, person)
        for name, (before, after) in changed.items():
            column = {"national_id": "participant_national_id", "name_ar": "participant"}.get(name, name)
            self.context.updated(person, column, "…" if is_hidden and before is not None else before, after)

    def _say(self, row: ParsedRow, found: people_rules.Found) -> None:
        for column, clean in (("participant_national_id", clean_national_id), ("phone", clean_phone)):
            flag = clean(row[column]).flag
            if flag is not None:
                self.context.warn(row, column, str(flag.label))
        for other in found.suspects:
            # Both go by the name of the row; another spelling is shown only to who may see that person (D1).
            name = str(other.name) if is_seen(self.context.scope, other) else row["participant"]
            self.context.suspect(row, row["participant"], name)

    def _put(self, row: ParsedRow, line: Line, person: Person) -> None:
        activity, association = line.activity, line.association
        key = (activity.id, association.id, person.id, row["date"])
        before = self.rows_of.get(key)
        if before is not None:
            self._twice(row, before)
            return
        minutes = _minutes(row)
        self.rows_of[key] = (row.number, minutes)
        known = self.parts.get(key)
        if known is None:
            check_open(activity)
            self.parts[key] = made = put(
                self.context.actor, activity, person, association, row["date"], minutes, is_checked=True
            )
            self.context.created(made)
            self.changed.setdefault(activity.id, row)
            return
        former = known.minutes
        if rules.change_minutes(self.context.actor, known, minutes):
            self.context.updated(known, "hours", former / 60, minutes / 60)
            self.changed.setdefault(activity.id, row)

    def _twice(self, row: ParsedRow, before: tuple[int, int]) -> None:
        number, minutes = before
        day = format_date(row["date"], "short")
        if minutes != _minutes(row):
            sentence = _(
                "cette personne figure déjà à la ligne %(row)s pour le %(day)s, avec une autre durée : "
                "réunissez les deux lignes",
                row=number,
                day=day,
            )
            raise Refused(sentence, "hours")
        sentence = _("répète la ligne %(row)s : comptée une fois", row=number)
        self.context.warn(row, "participant", sentence)


def _minutes(row: ParsedRow) -> int:
    """What the column `hours` says: cells of the kind HOURS come as minutes."""
    return int(row["hours"])


def _traits(row: ParsedRow) -> dict[str, Any]:
    """What a row says of its participant; the phone as typed, which the rule keeps beside the cleaned one (A5)."""
    return {**{name: row[name] for name in FILLED}, "phone": row.typed("phone")}


def _column(field: str) -> str:
    return {"commune_id": "commune_code", "module_id": "module", "trainer_id": "trainer_national_id"}.get(
        field, field
    )
