"""What one row of a workbook of cohorts or of trainees does."""

from __future__ import annotations

from typing import Any

from cohorts.curriculum.queries import modules_by_code
from cohorts.enrolment import queries, rules
from cohorts.enrolment.models import ACTIVE_STATES, Cohort, CohortState, Enrolment, Seat
from cohorts.people import rules as people
from cohorts.people.models import Person
from cohorts.people.rules.identity import is_seen
from programme.base import clock
from programme.base.access import Scope
from programme.base.cleaning import clean_national_id, clean_phone
from programme.base.folding import person_key
from programme.base.language import format_date
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.context import ImportContext
from programme.base.workbook.parsing import ParsedRow
from regions.associations.models import Association, BureauRole
from regions.associations.queries import find_association
from regions.geography.models import Commune
from regions.geography.queries import get_commune
from regions.programmes.queries import region_named, regional_programme_of

PERSONAL = ("name_ar", "name_fr", "sex", "birth_date", "phone", "email")


def apply_cohort(context: ImportContext, row: ParsedRow) -> None:
    """Open the cohort of a row, or change what differs in the one with its code."""
    region = region_named(context.scope, row["region"])
    if region is None:
        raise Refused(_("région inconnue ou hors de votre périmètre ; attendu : un code comme 03"), "region")
    found = modules_by_code(row["modules"])
    if missing := [code for code in row["modules"] if code not in found]:
        raise Refused(_("modules inconnus : %(codes)s", codes=" ; ".join(missing)), "modules")
    values = {
        name: row[name] for name in ("name_ar", "name_fr", "agreement", "starts_on", "ends_on", "places")
    }
    values["seats_target"] = row["seats"]
    modules = [found[code] for code in row["modules"]]
    known = queries.cohort_by_code(context.scope, row["cohort"])
    if known is not None:
        if known.region_id != region.id:
            raise Refused(_("cette cohorte est d'une autre région"), "region")
        given = {name: value for name, value in values.items() if value is not None}
        changed = rules.edit_cohort(context.actor, known, modules=modules, **given)
        for name, (before, after) in changed.items():
            context.updated(known, "seats" if name == "seats_target" else name, before, after)
        return
    running = regional_programme_of(region.id, row["starts_on"])
    if running is None:
        raise Refused(
            _("cette région n'a pas encore de déclinaison régionale : importez-la d'abord"), "region"
        )
    has_begun = row["starts_on"] is not None and row["starts_on"] <= clock.today()
    state = CohortState.RUNNING if has_begun else CohortState.PLANNED
    opened = rules.open_cohort(
        context.actor, code=row["cohort"], regional_programme=running, modules=modules, state=state, **values
    )
    context.created(opened)


class Trainees:
    """One run over a sheet of trainees; remembers what the rows before it found."""

    def __init__(self, context: ImportContext) -> None:
        self.context = context
        self.cohorts: dict[str, Cohort | None] = {}
        self.associations: dict[tuple[Any, ...], Association | None] = {}
        self.seats: dict[tuple[int, int], Seat] = {}
        self.members: dict[int, dict[int, Enrolment]] = {}
        self.communes: dict[str, Commune | None] = {}
        self.touched: dict[int, int] = {}
        """The first row that named each person, by person id."""

    def apply(self, row: ParsedRow) -> None:
        """Find or make the person, and enrol them in their association's seat."""
        cohort = self._cohort(row)
        association = self._association(row, cohort)
        commune = self._commune(row)
        seat = self._seat(row, cohort, association)
        members = self._members(seat)
        found = people.find_or_make(
            self.context.actor,
            **_personal(row),
            national_id=row.typed("national_id"),
            commune_id=commune.id if commune else None,
            within=list(members),
            scope=self.context.scope,
        )
        self._say(row, found)
        self._say_same(row, found)
        if found.created:
            self.context.created(found.person)
        else:
            self._update(row, found, commune)
        self.touched.setdefault(found.person.id, row.number)
        self._enrol(row, seat, found.person, members)

    def _cohort(self, row: ParsedRow) -> Cohort:
        code = row["cohort"]
        if code not in self.cohorts:
            self.cohorts[code] = queries.cohort_by_code(self.context.scope, code)
        cohort = self.cohorts[code]
        if cohort is None:
            raise Refused(_("cohorte inconnue ou hors de votre périmètre"), "cohort")
        return cohort

    def _association(self, row: ParsedRow, cohort: Cohort) -> Association:
        receipt, name = row["association_receipt_no"], row["association"]
        key = (cohort.region_id, receipt, name)
        if key not in self.associations:
            self.associations[key] = find_association(
                receipt_no=receipt, name=name, region_id=cohort.region_id
            )
        association = self.associations[key]
        if association is None:
            sentence = _("aucune association connue de cette région ne répond à ce nom ou numéro")
            raise Refused(sentence, "association_receipt_no" if receipt else "association")
        return association

    def _commune(self, row: ParsedRow) -> Commune | None:
        code = row["commune_code"]
        if code is None:
            return None
        if code not in self.communes:
            self.communes[code] = get_commune(Scope.country(), code)
        commune = self.communes[code]
        if commune is None:
            raise Refused(
                _("code de commune inconnu ; attendu : un code HCP comme 03.231.01.01"), "commune_id"
            )
        return commune

    def _seat(self, row: ParsedRow, cohort: Cohort, association: Association) -> Seat:
        key = (cohort.id, association.id)
        seat = self.seats.get(key) or queries.seat_of(*key)
        if seat is None:
            seat = rules.give_seat(
                self.context.actor,
                cohort,
                association,
                granted_on=row["enrolled_on"] or _first_day(cohort),
                reason=_("Import des bénéficiaires"),
            )
            if seat.reason:
                sentence = _("siège accordé au-delà de la cible de %(target)s", target=cohort.seats_target)
                self.context.warn(row, None, sentence)
        self.seats[key] = seat
        return seat

    def _members(self, seat: Seat) -> dict[int, Enrolment]:
        """The seat's enrolments by person id, the active one of each where there is one."""
        if seat.id not in self.members:
            known = sorted(queries.enrolled_in_seat(seat.id), key=lambda e: e.state in ACTIVE_STATES)
            self.members[seat.id] = {one.person_id: one for one in known}
        return self.members[seat.id]

    def _say(self, row: ParsedRow, found: people.Found) -> None:
        for column, clean in (("national_id", clean_national_id), ("phone", clean_phone)):
            flag = clean(row[column]).flag
            if flag is not None:
                self.context.warn(row, column, str(flag.label))
        for other in found.suspects:
            # Both go by the name of the row; another spelling is shown only to who may see that person (D1).
            name = str(other.name) if is_seen(self.context.scope, other) else row["name_ar"]
            self.context.suspect(row, row["name_ar"], name)

    def _say_same(self, row: ParsedRow, found: people.Found) -> None:
        """Two rows of one seat were taken for one person by the name alone: say so, unless a trait confirms it."""
        before, changed = self.touched.get(found.person.id), found.changed
        is_by_card = row["national_id"] is not None and "national_id" not in changed
        is_confirmed = any(row[name] is not None and name not in changed for name in ("birth_date", "phone"))
        if before is not None and not is_by_card and not is_confirmed:
            sentence = _(
                "même nom que la ligne %(row)s, sans CNIE : pris pour la même personne ; "
                "sinon, donnez la CNIE ou la date de naissance des deux",
                row=before,
            )
            self.context.warn(row, "name_ar", sentence)

    def _update(self, row: ParsedRow, found: people.Found, commune: Commune | None) -> None:
        """A row that names someone known changes what it says otherwise, once a file."""
        person, changed = found.person, dict(found.changed)
        if person.id not in self.touched:
            given = {name: value for name, value in _personal(row).items() if value is not None}
            if commune is not None:
                given["commune_id"] = commune.id
            if not _same_name(person, row["name_ar"]):
                sentence = _(
                    "cette CNIE est déjà celle de « %(name)s », dont le nom est gardé", name=person.name
                )
                self.context.warn(row, "national_id", sentence)
                given.pop("name_ar"), given.pop("name_fr", None)
            changed = {
                **people.edit_person(self.context.actor, person, scope=self.context.scope, **given),
                **changed,
            }
        # What stood in the file of someone out of sight is not shown (D1).
        is_hidden = bool(changed) and not is_seen(self.context.scope, person)
        for name, (before, after) in changed.items():
            column = "commune_code" if name == "commune_id" else name
            self.context.updated(person, column, "…" if is_hidden and before is not None else before, after)

    def _enrol(self, row: ParsedRow, seat: Seat, person: Person, members: dict[int, Enrolment]) -> None:
        context, role = self.context, BureauRole(row["bureau_role"]) if row["bureau_role"] else None
        known = members.get(person.id)
        if known is None:
            enrolled_on = row["enrolled_on"] or _first_day(seat.cohort)
            values = {"enrolled_on": enrolled_on, "bureau_role": role, "scope": context.scope}
            made = rules.enrol(context.actor, seat, person, **values)
            members[person.id] = made
            context.created(made)
            return
        if known.state not in ACTIVE_STATES:
            sentence = _("retiré le %(day)s : n'est pas réinscrit", day=format_date(known.withdrawn_on))
            context.warn(row, None, sentence)
            return
        given = {"bureau_role": role, "enrolled_on": row["enrolled_on"]}
        fields = {name: value for name, value in given.items() if value is not None}
        for name, (before, after) in rules.edit_enrolment(context.actor, known, **fields).items():
            context.updated(known, name, before, after)


def _personal(row: ParsedRow) -> dict[str, Any]:
    """What a row says of its person; the phone as typed, which the rule keeps beside the cleaned one (A5)."""
    return {**{name: row[name] for name in PERSONAL}, "phone": row.typed("phone")}


def _first_day(cohort: Cohort) -> Any:
    return cohort.starts_on or cohort.regional_programme.starts_on


def _same_name(person: Person, name: str) -> bool:
    """Whether two spellings share a word: else a national id was probably typed on the wrong row."""
    mine = {*person_key(person.name_ar).split(), *person_key(person.name_fr or "").split()}
    return bool(mine & set(person_key(name).split())) or not (_is_arabic(person.name_ar) and _is_arabic(name))


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
