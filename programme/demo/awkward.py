"""Records that real registries hold and that software trips over: each is here once or twice, on purpose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regions.associations.models import AssociationKind, Coverage, ReceiptKind

LONG_AR = (
    "الجمعية الجهوية للتنمية المستدامة والحكامة الترابية وتأهيل العنصر البشري ودعم النساء القرويات "
    "والأشخاص في وضعية إعاقة والشباب حاملي المشاريع بجماعات دائرتي غفساي وقرية با محمد والنواحي"
)
LONG_FR = (
    "Association régionale pour le développement durable, la gouvernance territoriale, la qualification de "
    "l'élément humain et l'appui aux femmes rurales, aux personnes en situation de handicap et aux jeunes "
    "porteurs de projets des communes des cercles de Rhafsai, de Karia Ba Mohamed et environs"
)

REACHED: dict[str, tuple[dict[str, Any], ...]] = {
    "03.531": (
        {"name_ar": LONG_AR, "name_fr": LONG_FR, "coverage": Coverage.REGIONAL},
        {"name_ar": "جمعية آيت «إيمازيغن» لبني وليد", "name_fr": None},
    ),
    "03.231": (
        {"name_ar": "جمعية AFAQ للتنمية والبيئة (ADEVE)", "name_fr": "Association AFAQ (ADEVE)"},
        {"name_ar": "جمعية أصدقاء «المكتبة» للقراءة العمومية", "name_fr": "Les Amis de la bibliothèque"},
        {
            "name_ar": "فدرالية جمعيات الأحياء بفاس",
            "name_fr": "Fédération des associations de quartier de Fès",
            "kind": AssociationKind.FEDERATION,
        },
    ),
    "03.061": (
        {"name_ar": "جمعية الوفاء 1", "name_fr": "Association Al Wafae 1"},
        {"name_ar": "جمعية الوفاء 2", "name_fr": "Association Al Wafae 2"},
        {"name_ar": "جمعية الإخاء والمودّة", "name_fr": None, "receipt_no": "٤١ / ٢٠١٩"},
    ),
    "03.561": (
        {
            "name_ar": "جمعية الأمل للتنمية القروية بتاهلة",
            "name_fr": "Association Al Amal pour le développement rural de Tahla",
        },
    ),
    "03.271": (
        {
            "name_ar": "شبكة جمعيات الأرز والجبل",
            "name_fr": "Réseau des associations du cèdre et de la montagne",
            "kind": AssociationKind.NETWORK,
            "coverage": Coverage.PROVINCIAL,
        },
    ),
}
"""Reached associations by province, with the fields in which they are awkward."""

DISTINCT = "جمعية أصدقاء المكتبات للقراءة العمومية"
DISTINCT_REASON = "مقران ورئيسان مختلفان (مثال)"

LISTED: tuple[tuple[str | None, dict[str, Any]], ...] = (
    # Suspected duplicates of associations that count: they must never be added to the figure.
    (
        "03.561",
        {
            "name_ar": "جمعية الامل للتنميه القرويه بتاهله",
            "name_fr": "Assoc. Al Amal pour le developpement rural, Tahla",
            "receipt_no": "77/2016",
        },
    ),
    ("03.061", {"name_ar": "جمعية الإخاء و المودة", "name_fr": None, "receipt_no": None}),
    # Said by a person to be another one than « Les Amis de la bibliothèque ».
    ("03.231", {"name_ar": DISTINCT, "name_fr": "Les Amis des bibliothèques"}),
    # No province: shown as « non précisé ».
    (None, {"name_ar": "جمعية الرحّل الرحماء", "name_fr": "Association Arrohhal", "receipt_no": None}),
    # A receipt that should have become final long ago, and numbers that cannot be right.
    (
        "03.131",
        {
            "name_ar": "جمعية واحات ملوية للماء",
            "name_fr": "Association Oasis de la Moulouya",
            "receipt_kind": ReceiptKind.PROVISIONAL,
            "receipt_date": dt.date(2025, 2, 3),
            "phone": "05 35 12",
            "ice": "00123",
            "rib": "123 456 789",
            "email": "contact(at)example.ma",
        },
    ),
    ("03.451", {"name_ar": "Association Les Cerises", "name_fr": "Association Les Cerises", "phone": None}),
    (
        "03.591",
        {
            "name_ar": "جمعيّة\u00a0التضامـــن\u200f لمولاي يعقوب",
            "name_fr": "Association  Attadamoun  Moulay Yacoub",
            "receipt_kind": ReceiptKind.PROVISIONAL,
            "receipt_date": dt.date(2026, 5, 18),
        },
    ),
    ("03.171", {"name_ar": "جمعية نهضة بلا عنوان", "name_fr": None, "phone": None, "email": None}),
)
"""Associations of the registry that nothing reached, by province."""
