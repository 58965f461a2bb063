"""The report `progress`: its JSON is a public interface (WORKBOOKS.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from programme.base import measures
from programme.base.access import Permission, Scope
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.language import ngettext
from programme.base.measures import Moment
from reports.definition import Choice, Column, Document, Figure, Kind, Query, Report, Row, Section, Series
from reports.doors import Lists
from reports.frame import document
from reports.progress import RegionProgress, Totals, progress, totals

UNSTATED = _l("Non précisé")
DEFINED = (
    "associations_enrolled",
    "associations_completed",
    "trainees_enrolled",
    "trainees_completed",
    "reached",
    "reached_by_cohort",
    "reached_by_transfer",
    "declared_not_validated",
    "sessions_held",
    "hours_attended",
)

LABELS = {
    "associations_enrolled": _l("Associations inscrites"),
    "associations_completed": _l("Associations formées"),
    "trainees_enrolled": _l("Bénéficiaires inscrits"),
    "trainees_completed": _l("Bénéficiaires formés"),
    "reached": _l("Associations atteintes"),
    "declared_not_validated": _l("Déclarées, à valider"),
    "sessions_held": _l("Sessions tenues"),
}
HEADLINE = (
    "associations_enrolled",
    "trainees_enrolled",
    "trainees_completed",
    "reached",
    "declared_not_validated",
    "sessions_held",
)
REGION_COLUMNS = (
    Column("region", _l("Région"), Kind.NAME, 2.2),
    Column("associations", _l("Associations inscrites"), Kind.BAR, 1.5, True),
    Column("associations_completed", _l("Associations formées"), Kind.INTEGER, 1, True),
    Column("trainees", _l("Bénéficiaires inscrits"), Kind.BAR, 1.5, True),
    Column("trainees_completed", _l("Bénéficiaires formés"), Kind.INTEGER, 1, True),
    Column("reached", _l("Associations atteintes"), Kind.BAR, 1.5, True),
    Column("reached_by_cohort", _l("dont par cohorte"), Kind.INTEGER, 0.9, True),
    Column("reached_by_transfer", _l("dont par transfert"), Kind.INTEGER, 0.9, True),
    Column("rate", _l("Taux"), Kind.PERCENT, 0.8),
    Column("pending", _l("Déclarées, à valider"), Kind.INTEGER, 1, True),
    Column("sessions_held", _l("Sessions tenues"), Kind.INTEGER, 0.9, True),
    Column("hours", _l("Heures suivies"), Kind.HOURS, 1, True),
)
PROVINCE_COLUMNS = (
    Column("code", _l("Code"), Kind.CODE, 0.8),
    Column("province", _l("Préfecture ou province"), Kind.NAME, 2.5),
    Column("enrolled", _l("Associations inscrites"), Kind.INTEGER, 1, True),
    Column("reached", _l("Associations atteintes"), Kind.INTEGER, 1, True),
    Column("share", _l("Part"), Kind.PERCENT, 0.8),
)
SEX_COLUMNS = (
    Column("sex", _l("Sexe"), Kind.NAME, 2),
    Column("trainees", _l("Bénéficiaires inscrits"), Kind.INTEGER, 1, True),
    Column("share", _l("Part"), Kind.PERCENT, 1),
)


def build(scope: Scope, query: Query) -> Document:
    """The document of `progress` for one region or every region of the scope."""
    moment = Moment(query.as_at, query.known_on)
    rows, whole = progress(scope, moment, query.region), totals(scope, moment, query.region)
    lists = Lists(scope, query)
    sections = [_regions_section(rows, whole, lists)]
    sections += [_province_section(row, len(rows) > 1, lists) for row in rows if row.by_province]
    sections.append(_sex_section(whole, lists))
    return document(
        scope,
        PROGRESS,
        query,
        tuple(sections),
        figures=_figures(whole, lists),
        charts=(_chart(rows),) if rows else (),
        notes=_notes(whole),
        definitions=_definitions(),
        landscape=True,
        data=_data(query, rows, whole),
    )


def NOTHING() -> str:
    """The sentence of an empty programme."""
    return _("Aucun programme régional n'est encore ouvert.")


def _regions_section(rows: Sequence[RegionProgress], whole: Totals, lists: Lists) -> Section:
    """The national row is no sum: what stands in two regions counts once (RULES, Counting)."""
    return Section(
        _("Par région"),
        REGION_COLUMNS,
        [_row(row.name, row) for row in rows],
        empty=NOTHING(),
        totals=_row(_("Total"), whole),
        doors=lists.of_regions(rows),
    )


def _row(name: Any, row: Totals) -> Row:
    return (
        name,
        (row.associations_enrolled, row.associations_target),
        row.associations_completed,
        (row.trainees_enrolled, row.trainees_target),
        row.trainees_completed,
        (row.reached, row.reach_target),
        row.reached_by_cohort,
        row.reached_by_transfer,
        row.reached / row.reach_target if row.reach_target else None,
        row.declared_not_validated,
        row.sessions_held,
        row.minutes_attended,
    )


def _province_section(row: RegionProgress, is_named: bool, lists: Lists) -> Section:
    lines = [
        (
            one.code or None,
            one.name or str(UNSTATED),
            one.enrolled,
            one.reached,
            one.reached / row.reached if row.reached else None,
        )
        for one in row.by_province
    ]
    title = _("Par préfecture et province")
    title = f"{title} — {row.name}" if is_named else title
    short = str(row.name) if is_named else ""
    return Section(title, PROVINCE_COLUMNS, lines, doors=lists.of_provinces(row), short=short)


def _sex_section(whole: Totals, lists: Lists) -> Section:
    labels = {"F": _("Femmes"), "M": _("Hommes"), "unknown": str(UNSTATED)}
    everyone = whole.trainees_enrolled
    lines = [
        (labels[sex], number, number / everyone if everyone else None)
        for sex, number in whole.trainees_by_sex.items()
    ]
    doors = lists.of_sexes(tuple(whole.trainees_by_sex))
    return Section(_("Bénéficiaires par sexe"), SEX_COLUMNS, lines, doors=doors)


def _figures(whole: Totals, lists: Lists) -> tuple[Figure, ...]:
    """Headline figures, each before its list."""
    targets = {
        "associations_enrolled": whole.associations_target,
        "trainees_enrolled": whole.trainees_target,
        "reached": whole.reach_target,
    }

    def figure(code: str) -> Figure:
        door = lists.of(code)
        return Figure(
            str(LABELS[code]),
            getattr(whole, code),
            targets.get(code),
            _defined(code),
            href=door.href if door else "",
            permission=door.permission if door else "",
        )

    attended = Figure(
        _("Heures suivies"), whole.minutes_attended, None, _defined("hours_attended"), kind=Kind.HOURS
    )
    return (*(figure(code) for code in HEADLINE), attended)


def _defined(code: str) -> str:
    return str(measures.measure(code).definition)


def _definitions() -> tuple[tuple[str, str], ...]:
    found = [measures.measure(code) for code in DEFINED]
    return tuple((str(LABELS.get(one.code) or one.label), str(one.definition)) for one in found)


def _chart(rows: Sequence[RegionProgress]) -> Series:
    if len(rows) > 1:
        return Series(
            _("Associations atteintes par région"),
            tuple(str(row.name) for row in rows),
            tuple(float(row.reached) for row in rows),
            tuple(float(row.reach_target) for row in rows),
            _("Réalisé"),
            _("Cible"),
        )
    provinces = rows[0].by_province
    return Series(
        _("Associations atteintes par préfecture et province"),
        tuple(str(one.name or UNSTATED) for one in provinces),
        tuple(float(one.reached) for one in provinces),
        (),
        _("Réalisé"),
    )


def _notes(whole: Totals) -> tuple[str, ...]:
    notes = []
    if whole.reached_min != whole.reached_max:
        notes.append(
            _(
                "Des fiches de personnes restent à rapprocher : le nombre d'associations atteintes est compris "
                "entre %(low)s et %(high)s.",
                low=whole.reached_min,
                high=whole.reached_max,
            )
        )
    unknown = whole.trainees_by_sex["unknown"]
    if unknown:
        notes.append(
            ngettext(
                "Le sexe n'est pas précisé pour %(num)s bénéficiaire.",
                "Le sexe n'est pas précisé pour %(num)s bénéficiaires.",
                unknown,
            )
        )
    return tuple(notes)


def _numbers(row: Totals) -> dict[str, Any]:
    return {
        "associations_target": row.associations_target,
        "associations_enrolled": row.associations_enrolled,
        "associations_completed": row.associations_completed,
        "trainees_target": row.trainees_target,
        "trainees_enrolled": row.trainees_enrolled,
        "trainees_completed": row.trainees_completed,
        "reach_target": row.reach_target,
        "reached": row.reached,
        "reached_by_cohort": row.reached_by_cohort,
        "reached_by_transfer": row.reached_by_transfer,
        "declared_not_validated": row.declared_not_validated,
        "range": [row.reached_min, row.reached_max],
        "sessions_held": row.sessions_held,
        "hours_attended": _hours(row.minutes_attended),
        "trainees_by_sex": row.trainees_by_sex,
    }


def _hours(minutes: int) -> float | int:
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 2)


def _data(query: Query, rows: Sequence[RegionProgress], whole: Totals) -> dict[str, Any]:
    regions = []
    for row in rows:
        counted = [one for one in row.by_province if one.code or one.reached]
        provinces = [{"province": one.code, "reached": one.reached} for one in counted]
        regions.append({"region": row.code, **_numbers(row), "by_province": provinces})
    return {
        "report": "progress",
        "as_at": query.as_at.isoformat(),
        "known_on": query.known_on.isoformat(),
        "regions": regions,
        "total": _numbers(whole),
    }


PROGRESS = Report(
    "progress",
    _l("Avancement du programme"),
    _l("Cibles, inscrits, formés, associations atteintes et heures, par région et par province."),
    Permission.REPORT_READ,
    (Choice.REGION, Choice.AS_AT, Choice.KNOWN_ON),
    build,
)
