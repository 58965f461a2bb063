"""The kind `agreements` of WORKBOOKS.md: one row a party."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from partnerships.agreements.applying import Sheet
from partnerships.agreements.models import AgreementKind, PartyRole
from programme.base.access import Permission
from programme.base.workbook.columns import Choice, ColumnKind, ImportColumn
from programme.base.workbook.kinds import ImportKind, register

K = ColumnKind
_KINDS = {
    AgreementKind.FRAMEWORK: ("Convention-cadre", "اتفاقية إطار"),
    AgreementKind.TRIPARTITE: ("Convention tripartite", "اتفاقية ثلاثية الأطراف"),
    AgreementKind.BILATERAL: ("Convention bilatérale", "اتفاقية ثنائية"),
    AgreementKind.TRANSFER_PROJECT: ("Projet de transfert", "اتفاقية مشروع نقل المعارف"),
    AgreementKind.RESOURCE_SHARING: ("Mutualisation", "اتفاقية تعاضد الموارد"),
    AgreementKind.CONTACT_CENTRE: ("Centre de contact", "اتفاقية مركز الاتصال والمواكبة"),
}
_ROLES = {
    PartyRole.LEAD: ("Chef de file", "الطرف المشرف"),
    PartyRole.FUNDER: ("Bailleur de fonds", "ممول", "Bailleur"),
    PartyRole.HOST: ("Hôte", "مستضيف"),
    PartyRole.IMPLEMENTER: ("Opérateur de mise en œuvre", "حامل المشروع"),
}


def _choices(labels: Mapping[Any, tuple[str, ...]]) -> tuple[Choice, ...]:
    """Each member by its French and Arabic label; further words are accepted too."""
    return tuple(
        Choice(member.value, french, arabic, tuple(also))
        for member, (french, arabic, *also) in labels.items()
    )


COLUMNS = (
    ImportColumn(
        "agreement",
        "Référence de la convention",
        "مرجع الاتفاقية",
        K.CODE,
        required=True,
        example="EXEMPLE-2023-01",
        help_fr="Une ligne par partie : la même référence se répète.",
        help_ar="سطر لكل طرف: يتكرر المرجع نفسه.",
    ),
    ImportColumn(
        "kind",
        "Type de convention",
        "نوع الاتفاقية",
        K.CHOICE,
        required=True,
        choices=_choices(_KINDS),
        example="tripartite",
    ),
    ImportColumn(
        "title_ar",
        "Intitulé en arabe",
        "العنوان بالعربية",
        K.NAME,
        required=True,
        maximum=400,
        example="اتفاقية شراكة (مثال)",
    ),
    ImportColumn(
        "title_fr",
        "Intitulé en français",
        "العنوان بالفرنسية",
        K.NAME,
        maximum=400,
        example="Convention de partenariat (exemple)",
    ),
    ImportColumn(
        "region",
        "Région",
        "الجهة",
        K.CODE,
        maximum=120,
        example="03",
        help_fr="Code HCP ou nom ; vide pour une convention nationale.",
        help_ar="رمز المندوبية أو الاسم؛ فارغ للاتفاقية الوطنية.",
    ),
    ImportColumn(
        "parent",
        "Convention parente",
        "الاتفاقية الأم",
        K.CODE,
        help_fr="Référence de la convention dont celle-ci découle ; elle peut venir plus bas.",
        help_ar="مرجع الاتفاقية التي تتفرع عنها هذه؛ ويمكن أن تأتي بعدها.",
    ),
    ImportColumn("starts_on", "Début", "البداية", K.DATE, required=True, example="2023-06-14"),
    ImportColumn("ends_on", "Fin", "النهاية", K.DATE, required=True, example="2026-06-13"),
    ImportColumn(
        "party",
        "Partie",
        "الطرف",
        K.NAME,
        required=True,
        example="ولاية الجهة (مثال)",
        help_fr="Nom dans l'une des langues, ou sigle ; un organisme inconnu est créé.",
        help_ar="الاسم بإحدى اللغتين أو المختصر؛ وتُسجَّل الهيئة غير المعروفة.",
    ),
    ImportColumn(
        "party_role",
        "Rôle de la partie",
        "دور الطرف",
        K.CHOICE,
        required=True,
        choices=_choices(_ROLES),
        example="lead",
    ),
    ImportColumn("signatory", "Signataire", "الموقع", K.NAME, maximum=200, example="اسم الموقع (مثال)"),
    ImportColumn("capacity", "Qualité", "بصفته", K.NAME, maximum=200, example="والي الجهة"),
    ImportColumn("signed_on", "Date de signature", "تاريخ التوقيع", K.DATE, example="2023-06-14"),
    ImportColumn("cash_mad", "Apport financier (MAD)", "المساهمة المالية (درهم)", K.MONEY, example="100000"),
    ImportColumn("in_kind_mad", "Apport en nature (MAD)", "المساهمة العينية (درهم)", K.MONEY, example="0"),
)


def apply(context: Any, rows: Any) -> None:
    """Write the agreements of a sheet, see `Sheet`."""
    Sheet(context, rows).apply()


register(
    ImportKind(
        "agreements",
        "Conventions",
        "الاتفاقيات",
        COLUMNS,
        apply,
        Permission.AGREEMENT_WRITE,
        explanation_fr=(
            "Une ligne par partie. La convention entre en vigueur à la dernière signature, ou à sa date de "
            "début si elle est postérieure, dès que chaque partie a signataire, qualité et date."
        ),
        explanation_ar=(
            "سطر لكل طرف. تدخل الاتفاقية حيز التنفيذ عند آخر توقيع، أو عند بدايتها إن كانت بعده، "
            "متى توفر لكل طرف الموقع وصفته والتاريخ."
        ),
        options=("region",),
        order=20,
    )
)
