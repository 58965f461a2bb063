"""Imports of cohorts and of trainees (WORKBOOKS.md)."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.enrolment.applying import Trainees, apply_cohort
from programme.base.access import Permission
from programme.base.refusals import Refused
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow

K = ColumnKind
COHORT_ALIASES = {"code": "cohort", "seats_target": "seats"}
TRAINEE_ALIASES = {"association": "association", "commune_id": "commune_code"}
COHORT_COLUMN = ImportColumn(
    "cohort",
    "Code de la cohorte",
    "رمز الفوج",
    K.CODE,
    required=True,
    maximum=40,
    example="EXEMPLE",
    also=("cohorte", "الفوج"),
)
COHORT_COLUMNS = (
    COHORT_COLUMN,
    ImportColumn(
        "region",
        "Région",
        "الجهة",
        K.CODE,
        required=True,
        help_fr="Code HCP (03) ou nom de la région.",
        help_ar="رمز المندوبية السامية للتخطيط (03) أو اسم الجهة.",
        example="00",
    ),
    ImportColumn(
        "name_ar", "Nom en arabe", "الاسم بالعربية", K.NAME, required=True, maximum=200, example="فوج مثال"
    ),
    ImportColumn(
        "name_fr", "Nom en français", "الاسم بالفرنسية", K.NAME, maximum=200, example="Cohorte exemple"
    ),
    ImportColumn(
        "agreement",
        "Convention",
        "الاتفاقية",
        K.CODE,
        required=True,
        help_fr="Référence de la convention qui porte la cohorte ; elle peut être importée plus tard.",
        help_ar="مرجع الاتفاقية التي يندرج فيها الفوج؛ يمكن استيرادها لاحقا.",
        example="EXEMPLE",
        also=("référence de la convention", "مرجع الاتفاقية"),
    ),
    ImportColumn("starts_on", "Début", "تاريخ البداية", K.DATE, example="2001-01-01"),
    ImportColumn("ends_on", "Fin", "تاريخ النهاية", K.DATE, example="2001-12-31"),
    ImportColumn("seats", "Sièges", "عدد مقاعد الجمعيات", K.INTEGER, example="30"),
    ImportColumn("places", "Places par siège", "عدد الأماكن لكل جمعية", K.INTEGER, example="4"),
    ImportColumn(
        "modules",
        "Modules",
        "المصوغات",
        K.LIST,
        required=True,
        help_fr="Codes des modules du programme de formation, séparés par « ; ».",
        help_ar="رموز مصوغات برنامج التكوين مفصولة بـ «;».",
        example="EXEMPLE",
    ),
)
SEX = (
    Choice("F", "Femme", "أنثى", also=("féminin", "mme", "امرأة", "مؤنث")),
    Choice("M", "Homme", "ذكر", also=("masculin", "h", "رجل", "مذكر")),
)
ROLES = (
    Choice("president", "Président", "رئيس", also=("présidente", "رئيسة", "الرئيس", "الرئيسة")),
    Choice(
        "vice_president",
        "Vice-président",
        "نائب الرئيس",
        also=("vice-présidente", "نائبة الرئيس", "نائب الرئيسة", "نائبة الرئيسة"),
    ),
    Choice(
        "secretary",
        "Secrétaire général",
        "الكاتب العام",
        also=(
            "secrétaire générale",
            "secrétaire",
            "الكاتبة العامة",
            "كاتب عام",
            "كاتبة عامة",
            "كاتب",
            "كاتبة",
        ),
    ),
    Choice(
        "treasurer",
        "Trésorier",
        "أمين المال",
        also=("trésorière", "أمينة المال", "أمين", "أمينة", "الأمين", "الأمينة"),
    ),
    Choice("advisor", "Assesseur", "مستشار", also=("conseiller", "conseillère", "assesseure", "مستشارة")),
    Choice("member", "Membre", "عضو", also=("membre du bureau", "عضوة", "عضو المكتب", "منخرط", "منخرطة")),
)
TRAINEE_COLUMNS = (
    COHORT_COLUMN,
    ImportColumn(
        "association_receipt_no",
        "N° de récépissé de l'association",
        "رقم وصل الجمعية",
        K.CODE,
        one_of="association",
        example="0/0000",
        also=("n° de récépissé", "رقم الوصل"),
    ),
    ImportColumn("association", "Association", "الجمعية", K.NAME, one_of="association", example="جمعية مثال"),
    ImportColumn(
        "name_ar", "Nom en arabe", "الاسم بالعربية", K.NAME, required=True, maximum=200, example="اسم مثال"
    ),
    ImportColumn("name_fr", "Nom en français", "الاسم بالفرنسية", K.NAME, maximum=200, example="Nom Exemple"),
    ImportColumn(
        "national_id", "CNIE", "رقم البطاقة الوطنية", K.NATIONAL_ID, example="ZZ000000", also=("CIN",)
    ),
    ImportColumn("sex", "Sexe", "الجنس", K.CHOICE, choices=SEX, example="F"),
    ImportColumn("birth_date", "Date de naissance", "تاريخ الازدياد", K.DATE, example="1990-01-01"),
    ImportColumn("phone", "Téléphone", "الهاتف", K.PHONE, example="0600000000"),
    ImportColumn(
        "email",
        "Adresse électronique",
        "البريد الإلكتروني",
        K.EMAIL,
        example="exemple@exemple.ma",
        also=("courriel", "e-mail"),
    ),
    ImportColumn(
        "bureau_role", "Fonction au bureau", "الصفة في المكتب", K.CHOICE, choices=ROLES, example="member"
    ),
    ImportColumn("commune_code", "Code de la commune", "رمز الجماعة", K.CODE, example="03.231.01.01"),
    ImportColumn(
        "enrolled_on",
        "Inscrit le",
        "تاريخ التسجيل",
        K.DATE,
        help_fr="Par défaut, le début de la cohorte.",
        help_ar="افتراضيا، تاريخ بداية الفوج.",
        example="2001-01-01",
    ),
)


def apply_cohorts(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Open what is new; change what a known code says otherwise."""
    for row in rows:
        with context.row(row):
            try:
                apply_cohort(context, row)
            except Refused as refusal:
                raise refusal.renamed(COHORT_ALIASES) from refusal


def apply_trainees(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Enrol each person, giving their association a seat where it has none."""
    trainees = Trainees(context)
    for row in rows:
        with context.row(row):
            who = "national_id" if row["national_id"] else "name_ar"
            where = "association" if row["association"] else "association_receipt_no"
            try:
                trainees.apply(row)
            except Refused as refusal:
                named = {"person": who, "association": where, "commune_id": "commune_code"}
                raise refusal.renamed(named) from refusal


COHORTS = register(
    ImportKind(
        "cohorts",
        "Cohortes",
        "الأفواج",
        COHORT_COLUMNS,
        apply_cohorts,
        Permission.COHORT_WRITE,
        explanation_fr="Une ligne par cohorte ; son programme de formation est l'ensemble de ses modules.",
        explanation_ar="سطر لكل فوج؛ برنامج تكوينه هو مجموع مصوغاته.",
        options=("region",),
        order=40,
    )
)
TRAINEES = register(
    ImportKind(
        "trainees",
        "Bénéficiaires",
        "المستفيدون",
        TRAINEE_COLUMNS,
        apply_trainees,
        Permission.TRAINEE_WRITE,
        explanation_fr="Une ligne par personne ; son association reçoit un siège dans la cohorte si elle n'en a pas "
        "encore.",
        explanation_ar="سطر لكل شخص؛ تُمنح جمعيته مقعدا في الفوج إذا لم يكن لها.",
        options=("cohort",),
        order=60,
    )
)
