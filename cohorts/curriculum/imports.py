"""Import of modules (WORKBOOKS.md)."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.curriculum import queries, rules
from programme.base.access import Permission
from programme.base.refusals import Refused
from programme.base.workbook.columns import ColumnKind, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow

K = ColumnKind
ALIASES = {"code": "module", "minutes": "hours"}
COLUMNS = (
    ImportColumn(
        "module",
        "Code du module",
        "رمز المصوغة",
        K.CODE,
        required=True,
        maximum=40,
        example="EXEMPLE",
        also=("code", "الرمز"),
    ),
    ImportColumn(
        "title_ar", "Intitulé en arabe", "العنوان بالعربية", K.NAME, required=True, example="مصوغة مثال"
    ),
    ImportColumn("title_fr", "Intitulé en français", "العنوان بالفرنسية", K.NAME, example="Module exemple"),
    ImportColumn(
        "hours",
        "Heures",
        "عدد الساعات",
        K.HOURS,
        required=True,
        help_fr="Nombre d'heures, comme 12 ou 7,5.",
        help_ar="عدد الساعات، مثل 12 أو 7,5.",
        example="12",
    ),
)


def apply(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Add what is new; change titles and hours of what is known."""
    for row in rows:
        with context.row(row):
            try:
                _apply(context, row)
            except Refused as refusal:
                raise refusal.renamed(ALIASES) from refusal


def _apply(context: ImportContext, row: ParsedRow) -> None:
    given = {"title_ar": row["title_ar"], "title_fr": row["title_fr"], "minutes": row["hours"]}
    known = queries.module_by_code(row["module"])
    if known is None:
        context.created(rules.add_module(context.actor, code=row["module"], **given))
        return
    changed = rules.edit_module(context.actor, known, **{n: v for n, v in given.items() if v is not None})
    for name, (before, after) in changed.items():
        shown = [f"{value / 60:g}" if name == "minutes" else value for value in (before, after)]
        context.updated(known, ALIASES.get(name, name), shown[0], shown[1])


KIND = register(
    ImportKind(
        "modules",
        "Modules",
        "المصوغات",
        COLUMNS,
        apply,
        Permission.COHORT_WRITE,
        explanation_fr="Une ligne par module du programme de formation.",
        explanation_ar="سطر لكل مصوغة من برنامج التكوين.",
        order=30,
    )
)
