"""Imports of sessions and of attendance (WORKBOOKS.md)."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.sessions.applying import Sessions
from cohorts.sessions.applying_marks import Marks
from programme.base.access import Permission
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow

K = ColumnKind
KINDS = (
    Choice("session", "Session de formation", "دورة تكوينية", also=("formation", "دورة", "تكوين")),
    Choice("panel", "Atelier de discussion", "ورشة", also=("atelier", "panel", "ندوة", "séminaire")),
    Choice("accompaniment", "Accompagnement", "مواكبة", also=("visite", "زيارة ميدانية")),
)
HALF_DAYS = (
    Choice("am", "Matin", "صباحا", also=("matinée", "صباح", "الصباح", "الفترة الصباحية")),
    Choice("pm", "Après-midi", "بعد الزوال", also=("apm", "مساء", "المساء", "الفترة المسائية")),
)
STATUSES = (
    Choice("present", "Présent", "حاضر", also=("p", "présente", "حاضرة")),
    Choice("absent", "Absent", "غائب", also=("a", "absente", "غائبة")),
    Choice("excused", "Excusé", "غياب مبرر", also=("e", "excusée", "معذور", "معذورة")),
    Choice("late", "En retard", "متأخر", also=("r", "retard", "متأخرة")),
)
SESSION = ImportColumn(
    "session", "Code de la session", "رمز الدورة", K.CODE, required=True, maximum=40, example="EXEMPLE-S1"
)
DAY = ImportColumn("date", "Date", "التاريخ", K.DATE, required=True, example="2001-01-01")
HALF = ImportColumn(
    "half_day", "Demi-journée", "نصف اليوم", K.CHOICE, required=True, choices=HALF_DAYS, example="am"
)
SESSION_COLUMNS = (
    ImportColumn(
        "cohort", "Code de la cohorte", "رمز الفوج", K.CODE, required=True, maximum=40, example="EXEMPLE",
        also=("cohorte", "الفوج"),
    ),
    SESSION,
    ImportColumn(
        "kind", "Nature", "النوع", K.CHOICE, choices=KINDS, example="session",
        help_fr="Session de formation si la case est vide ; seules les sessions donnent des heures.",
        help_ar="دورة تكوينية إذا كانت الخانة فارغة؛ الدورات وحدها تمنح ساعات.",
    ),
    ImportColumn("module", "Code du module", "رمز المصوغة", K.CODE, maximum=40, example="EXEMPLE"),
    ImportColumn("title_ar", "Intitulé en arabe", "العنوان بالعربية", K.TEXT, maximum=300, example="عنوان مثال"),
    ImportColumn("title_fr", "Intitulé en français", "العنوان بالفرنسية", K.TEXT, maximum=300, example="Exemple"),
    DAY,
    HALF,
    ImportColumn(
        "hours", "Heures", "عدد الساعات", K.HOURS, required=True, example="3",
        help_fr="Durée de la demi-journée.", help_ar="مدة نصف اليوم.",
    ),
    ImportColumn("venue", "Lieu", "المكان", K.TEXT, maximum=200, example="Salle exemple"),
    ImportColumn("commune_code", "Code de la commune", "رمز الجماعة", K.CODE, example="03.231.01.01"),
    ImportColumn(
        "trainer", "Formateur", "المكون", K.NAME, maximum=200, example="exemple@exemple.ma",
        help_fr="Adresse électronique ou nom ; un formateur inconnu est ajouté.",
        help_ar="البريد الإلكتروني أو الاسم؛ يضاف المكون غير المعروف.",
    ),
)  # fmt: skip
ATTENDANCE_COLUMNS = (
    SESSION,
    DAY,
    HALF,
    ImportColumn(
        "national_id", "CNIE", "رقم البطاقة الوطنية", K.NATIONAL_ID, one_of="person", example="ZZ000000",
        also=("CIN",),
    ),
    ImportColumn(
        "name", "Nom et prénom", "الاسم الكامل", K.NAME, one_of="person", maximum=200, example="Nom Exemple",
        also=("nom", "الاسم"),
    ),
    ImportColumn(
        "association", "Association", "الجمعية", K.NAME, example="جمعية مثال",
        help_fr="Nécessaire avec le nom, quand la CNIE manque.",
        help_ar="ضرورية مع الاسم عند غياب رقم البطاقة الوطنية.",
    ),
    ImportColumn(
        "status", "Présence", "الحضور", K.CHOICE, required=True, choices=STATUSES, example="present"
    ),
)  # fmt: skip


def apply_sessions(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Plan what is new; change what a known half-day says otherwise."""
    sessions = Sessions(context, rows)
    for row in rows:
        with context.row(row):
            sessions.apply(row)
    sessions.finish()


def apply_attendance(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Mark those enrolled, and submit the sessions that are whole."""
    marks = Marks(context, rows)
    for row in rows:
        with context.row(row):
            marks.apply(row)
    marks.finish()


SESSIONS = register(
    ImportKind(
        "sessions",
        "Sessions",
        "الدورات",
        SESSION_COLUMNS,
        apply_sessions,
        Permission.SESSION_WRITE,
        explanation_fr="Une ligne par demi-journée ; les lignes d'un même code forment une session.",
        explanation_ar="سطر لكل نصف يوم؛ تشكل السطور ذات الرمز نفسه دورة واحدة.",
        options=("cohort",),
        order=70,
    )
)
ATTENDANCE = register(
    ImportKind(
        "attendance",
        "Présences",
        "الحضور",
        ATTENDANCE_COLUMNS,
        apply_attendance,
        Permission.ATTENDANCE_WRITE,
        explanation_fr="Une ligne par personne et par demi-journée. Une session dont toutes les présences sont "
        "saisies est soumise à la validation.",
        explanation_ar="سطر لكل شخص ونصف يوم. تُحال الدورة على المصادقة متى أُدخل حضور الجميع فيها.",
        order=80,
    )
)
