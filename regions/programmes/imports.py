"""Import of regional programmes (WORKBOOKS.md): the period and the targets of each region's programme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from programme.base.access import Permission
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.base.workbook.columns import ColumnKind, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow
from regions.programmes import queries, rules
from regions.programmes.models import ProgrammeState, RegionalProgramme

K = ColumnKind
COLUMNS = (
    ImportColumn(
        "region",
        "Région",
        "الجهة",
        K.CODE,
        required=True,
        help_fr="Code HCP (03) ou nom de la région.",
        help_ar="رمز المندوبية السامية للتخطيط (03) أو اسم الجهة.",
        example="00",
        also=("code région", "رمز الجهة"),
    ),
    ImportColumn("starts_on", "Début", "تاريخ البداية", K.DATE, required=True, example="2001-01-01"),
    ImportColumn("ends_on", "Fin", "تاريخ النهاية", K.DATE, example="2001-12-31"),
    ImportColumn("associations_target", "Cible associations", "هدف عدد الجمعيات", K.INTEGER, example="30"),
    ImportColumn("trainees_target", "Cible bénéficiaires", "هدف عدد المستفيدين", K.INTEGER, example="120"),
    ImportColumn(
        "places_per_association", "Places par association", "عدد المقاعد لكل جمعية", K.INTEGER, example="4"
    ),
    ImportColumn(
        "reach_target", "Cible associations atteintes", "هدف الجمعيات المشمولة", K.INTEGER, example="600"
    ),
    ImportColumn(
        "min_attendance",
        "Présence minimale (%)",
        "نسبة الحضور الدنيا (%)",
        K.PERCENT,
        help_fr="Part des heures à suivre pour achever la formation ; 80 par défaut.",
        help_ar="نسبة الساعات الواجب حضورها لإتمام التكوين؛ 80 افتراضيا.",
        example="80",
    ),
    ImportColumn(
        "transfer_min_persons", "Personnes par transfert", "عدد الأشخاص لكل نقل", K.INTEGER, example="2"
    ),
    ImportColumn("transfer_min_hours", "Heures par transfert", "عدد ساعات النقل", K.HOURS, example="6"),
    ImportColumn(
        "set_by",
        "Fixé par",
        "السند المحدد للأهداف",
        maximum=200,
        help_fr="Convention ou décision qui fixe les cibles.",
        help_ar="الاتفاقية أو القرار الذي حدد الأهداف.",
        example="—",
    ),
    ImportColumn("reason", "Motif", "السبب", maximum=1000, example="—"),
)
ALIASES = {"transfer_min_minutes": "transfer_min_hours"}


def apply(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Open what is new, add a version of the targets where they differ. It runs between its dates."""
    for row in rows:
        with context.row(row):
            try:
                _apply(context, row)
            except Refused as refusal:
                raise refusal.renamed(ALIASES) from refusal


def _targets(row: ParsedRow) -> dict[str, Any]:
    names = {name: ALIASES.get(name, name) for name in rules.TARGETS}
    return {name: row[key] for name, key in names.items() if row[key] is not None}


def _apply(context: ImportContext, row: ParsedRow) -> None:
    region = queries.region_named(context.scope, row["region"])
    if region is None:
        raise Refused(_("région inconnue ou hors de votre périmètre ; attendu : un code comme 03"), "region")
    known = queries.same_start(region.id, row["starts_on"])
    if known is not None:
        _update(context, row, known)
        return
    opened = rules.open_regional_programme(
        context.actor,
        region_id=region.id,
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        state=ProgrammeState.RUNNING,
        set_by=row["set_by"],
        reason=row["reason"],
        **_targets(row),
    )
    context.created(opened)


def _update(context: ImportContext, row: ParsedRow, known: RegionalProgramme) -> None:
    if row["ends_on"] is not None and row["ends_on"] != known.ends_on:
        before = known.ends_on
        rules.edit_period(context.actor, known, ends_on=row["ends_on"])
        context.updated(known, "ends_on", before, row["ends_on"])
    # A sheet states the targets of the whole programme: they hold from its first day.
    version = queries.targets_of(known.id, known.starts_on)
    given = _targets(row)
    differing = {name: value for name, value in given.items() if value != getattr(version, name)}
    if differing:
        rules.set_targets(
            context.actor,
            known,
            effective_on=known.starts_on,
            set_by=row["set_by"] or version.set_by or _("Import"),
            reason=row["reason"] or _("Import du classeur des déclinaisons régionales"),
            **differing,
        )
        for name, value in differing.items():
            hours = 60 if name in ALIASES else 1
            before, after = getattr(version, name) / hours, value / hours
            context.updated(known, ALIASES.get(name, name), f"{before:g}", f"{after:g}")
        return
    cited = rules.cite(context.actor, version, set_by=row["set_by"], reason=row["reason"])
    for name, (was, now) in cited.items():
        context.updated(known, name, was, now)


KIND = register(
    ImportKind(
        "regional-programmes",
        "Déclinaisons régionales",
        "التنزيلات الجهوية للبرنامج",
        COLUMNS,
        apply,
        Permission.PROGRAMME_WRITE,
        explanation_fr="Une ligne par déclinaison régionale : sa période et ses cibles.",
        explanation_ar="سطر لكل تنزيل جهوي: فترته وأهدافه.",
        options=("region",),
        order=10,
    )
)
