"""Import of transfers: one row a participant (WORKBOOKS.md)."""

from __future__ import annotations

from collections.abc import Sequence

from cohorts.transfer.applying import Transfers
from programme.base.access import Permission
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn
from programme.base.workbook.context import ImportContext
from programme.base.workbook.kinds import ImportKind, register
from programme.base.workbook.parsing import ParsedRow

K = ColumnKind
SEX = (
    Choice("F", "Femme", "أنثى", also=("féminin", "mme", "امرأة", "مؤنث")),
    Choice("M", "Homme", "ذكر", also=("masculin", "h", "رجل", "مذكر")),
)
COLUMNS = (
    ImportColumn(
        "activity",
        "Code de l'activité",
        "رمز النشاط",
        K.CODE,
        required=True,
        maximum=40,
        help_fr="Le même sur toutes les lignes d'une activité.",
        help_ar="نفس الرمز في جميع أسطر النشاط الواحد.",
        example="EXEMPLE",
        also=("activité", "النشاط"),
    ),
    ImportColumn("date", "Date", "التاريخ", K.DATE, required=True, example="2001-01-01"),
    ImportColumn(
        "hours",
        "Heures",
        "عدد الساعات",
        K.HOURS,
        required=True,
        help_fr="Heures suivies par cette personne ce jour-là.",
        help_ar="الساعات التي تابعها الشخص في ذلك اليوم.",
        example="6",
        also=("durée", "المدة"),
    ),
    ImportColumn("commune_code", "Code de la commune", "رمز الجماعة", K.CODE, example="03.231.01.01"),
    ImportColumn("venue", "Lieu", "المكان", K.TEXT, maximum=200, example="دار الشباب"),
    ImportColumn("module", "Module", "المصوغة", K.CODE, maximum=40, example="EXEMPLE"),
    ImportColumn(
        "host_association_receipt_no",
        "N° de récépissé de l'association hôte",
        "رقم وصل الجمعية المستضيفة",
        K.CODE,
        required=True,
        help_fr="L'association formée qui a donné l'activité.",
        help_ar="الجمعية المكوَّنة التي أطرت النشاط.",
        example="0/0000",
    ),
    ImportColumn(
        "trainer_national_id", "CNIE du formateur", "رقم بطاقة المؤطر", K.NATIONAL_ID, example="ZZ000000"
    ),
    ImportColumn(
        "participant",
        "Participant",
        "المشارك(ة)",
        K.NAME,
        required=True,
        maximum=200,
        example="اسم مثال",
        also=("nom du participant", "اسم المشارك", "nom", "الاسم"),
    ),
    ImportColumn(
        "participant_national_id",
        "CNIE du participant",
        "رقم البطاقة الوطنية للمشارك",
        K.NATIONAL_ID,
        example="ZZ000001",
        also=("CNIE", "CIN", "رقم البطاقة الوطنية"),
    ),
    ImportColumn("sex", "Sexe", "الجنس", K.CHOICE, choices=SEX, example="F"),
    ImportColumn("birth_date", "Date de naissance", "تاريخ الازدياد", K.DATE, example="1990-01-01"),
    ImportColumn("phone", "Téléphone", "الهاتف", K.PHONE, example="0600000000"),
    ImportColumn(
        "association_receipt_no",
        "N° de récépissé de l'association",
        "رقم وصل الجمعية",
        K.CODE,
        example="0/0001",
        also=("n° de récépissé", "رقم الوصل"),
    ),
    ImportColumn(
        "association",
        "Association du participant",
        "جمعية المشارك",
        K.NAME,
        required=True,
        example="جمعية مثال",
        also=("association", "الجمعية"),
    ),
    ImportColumn(
        "province_code",
        "Code de la province",
        "رمز العمالة أو الإقليم",
        K.CODE,
        help_fr="Code HCP, 03.231 ; sans lui l'association reste sans province dans la région de l'hôte.",
        help_ar="رمز المندوبية السامية للتخطيط، 03.231؛ بدونه تبقى الجمعية دون إقليم في جهة المستضيف.",
        example="03.231",
        also=("province", "الإقليم", "العمالة"),
    ),
)


def apply_transfers(context: ImportContext, rows: Sequence[ParsedRow]) -> None:
    """Put everyone on the sheets; the activities that rows made or changed are declared."""
    Transfers(context, rows).run()


TRANSFERS = register(
    ImportKind(
        "transfers",
        "Transferts",
        "أنشطة النقل",
        COLUMNS,
        apply_transfers,
        Permission.TRANSFER_DECLARE,
        explanation_fr="Une ligne par participant et par jour ; les activités sont déclarées et attendent d'être "
        "validées par une autre personne.",
        explanation_ar="سطر لكل مشارك ولكل يوم؛ يُصرَّح بالأنشطة وتبقى في انتظار المصادقة من شخص آخر.",
        options=("region",),
        order=90,
    )
)
