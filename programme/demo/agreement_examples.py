"""Invented agreements, said to be so, that show the states which those of the sources do not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from partnerships.agreements import rules
from partnerships.agreements.models import Agreement, AgreementKind, PartyRole
from partnerships.commitments.rules import add_commitment, keep
from programme.base.access import Actor
from programme.demo.agreements import INVENTED_AR, INVENTED_FR, TRIPARTITE, Organisations
from programme.demo.papers import paper

_BEFORE = ("negotiate", "approve")
_FORCE = ("sign", "enter_into_force")
_ENDED = (*_FORCE, "expire")
_REASON = "Exemple inventé pour la démonstration"
_SIGNATURES = (
    ("عمر المثالي (Omar El Mithali)", "Directeur" + INVENTED_FR),
    ("هند العرض (Hind El Aard)", "رئيسة" + INVENTED_AR),
)


@dataclass(frozen=True, slots=True)
class Example:
    """An agreement and the steps that bring it into its state; the last ones after it was signed."""

    reference: str
    kind: AgreementKind
    title_ar: str
    title_fr: str
    starts_on: dt.date
    ends_on: dt.date
    before: tuple[str, ...] = _BEFORE
    after: tuple[str, ...] = ()
    cash_mad: int = 0
    is_regional: bool = True


_Y = dt.date
_K = AgreementKind
EXAMPLES: Sequence[Example] = (
    Example(
        "EX-2026-CC",
        _K.CONTACT_CENTRE,
        "اتفاقية تدبير مركز الاتصال والمواكبة",
        "Gestion du centre de contact et d'accompagnement",
        _Y(2027, 1, 1),
        _Y(2028, 12, 31),
        before=(),
        cash_mad=450_000_00,
    ),
    Example(
        "EX-2026-MUT",
        _K.RESOURCE_SHARING,
        "اتفاقية التعاضد والاستغلال المشترك للفضاءات",
        "Mutualisation d'espaces et d'équipements",
        _Y(2027, 1, 1),
        _Y(2029, 12, 31),
        before=("negotiate",),
    ),
    Example(
        "EX-2026-TR1",
        _K.TRANSFER_PROJECT,
        "مشروع نقل الكفايات بإقليم تازة",
        "Projet de transfert, province de Taza",
        _Y(2026, 9, 1),
        _Y(2027, 8, 31),
        after=("sign",),
        cash_mad=120_000_00,
    ),
    Example(
        "EX-2024-TR2",
        _K.TRANSFER_PROJECT,
        "مشروع نقل الكفايات بإقليم تاونات",
        "Projet de transfert, province de Taounate",
        _Y(2024, 7, 1),
        _Y(2030, 12, 31),
        after=_FORCE,
        cash_mad=180_000_00,
    ),
    Example(
        "EX-2025-TR3",
        _K.TRANSFER_PROJECT,
        "مشروع نقل الكفايات بإقليم صفرو",
        "Projet de transfert, province de Sefrou",
        _Y(2025, 1, 1),
        _Y(2027, 6, 30),
        after=(*_FORCE, "suspend"),
        cash_mad=90_000_00,
    ),
    Example(
        "EX-2024-MUT2",
        _K.RESOURCE_SHARING,
        "اتفاقية فضاء جمعوي مشترك بمكناس",
        "Espace associatif partagé à Meknès",
        _Y(2024, 1, 1),
        _Y(2026, 6, 30),
        after=_ENDED,
    ),
    Example(
        "EX-2023-TR4",
        _K.TRANSFER_PROJECT,
        "مشروع نقل الكفايات بإقليم بولمان",
        "Projet de transfert, province de Boulemane",
        _Y(2023, 10, 1),
        _Y(2025, 12, 31),
        after=(*_ENDED, "wind_up"),
        cash_mad=60_000_00,
    ),
    Example(
        "EX-2023-ETU",
        _K.FRAMEWORK,
        "اتفاقية إعداد الأطر المرجعية ودلائل المواكبة",
        "Élaboration de référentiels et de guides d'accompagnement",
        _Y(2023, 9, 1),
        _Y(2024, 8, 31),
        after=(*_ENDED, "wind_up", "close"),
        is_regional=False,
    ),
    Example(
        "EX-2025-ABD",
        _K.TRANSFER_PROJECT,
        "مشروع نقل لم يتم",
        "Projet de transfert abandonné",
        _Y(2025, 3, 1),
        _Y(2026, 2, 28),
        after=("cancel",),
    ),
    Example(
        "EX-2024-RES",
        _K.TRANSFER_PROJECT,
        "مشروع نقل فُسخ قبل أجله",
        "Projet de transfert résilié",
        _Y(2024, 2, 1),
        _Y(2026, 12, 31),
        after=(*_FORCE, "terminate"),
        cash_mad=75_000_00,
    ),
)
STOPPED_ON = {"suspend": dt.date(2026, 3, 2), "terminate": dt.date(2025, 4, 15)}


def add_examples(
    actor: Actor, who: Organisations, known: dict[str, Agreement], region_id: int, folder: Path
) -> dict[str, Agreement]:
    """Add them to `known`, by reference; `folder` is where files are kept."""
    for example in EXAMPLES:
        made = _draft(actor, who, example, known[TRIPARTITE], region_id)
        known[made.reference] = made
        if example.reference == "EX-2024-TR2":
            _promise(actor, made)
        for step in example.before:
            rules.move(actor, made, step)
        _carry_on(actor, made, example)
        if example.reference == "EX-2024-TR2":
            _archive(actor, made, folder)
    return known


def _draft(actor: Actor, who: Organisations, one: Example, parent: Agreement, region_id: int) -> Agreement:
    is_project = one.kind is AgreementKind.TRANSFER_PROJECT
    made = rules.draft(
        actor,
        reference=one.reference,
        kind=one.kind,
        title_ar=one.title_ar + INVENTED_AR,
        title_fr=one.title_fr + INVENTED_FR,
        region_id=region_id if one.is_regional else None,
        parent=parent if is_project else None,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
    )
    rules.add_party(actor, made, who.ministry, role=PartyRole.FUNDER, cash_mad=one.cash_mad)
    rules.add_party(actor, made, who.invented, role=PartyRole.IMPLEMENTER, in_kind_mad=one.cash_mad // 10)
    if one.reference == "EX-2026-CC":
        _owe(actor, made, "reached", 650, dt.date(2028, 6, 30))
    if one.reference == "EX-2024-RES":
        _owe(actor, made, "reached", 900, dt.date(2025, 3, 31))
    return made


def _carry_on(actor: Actor, agreement: Agreement, one: Example) -> None:
    for step in one.after:
        if step == "sign":
            on = one.starts_on - dt.timedelta(days=10)
            for party, (signatory, capacity) in zip(agreement.parties, _SIGNATURES, strict=True):
                rules.sign(actor, party, signatory=signatory, capacity=capacity, signed_on=on)
        reason = _REASON if step in {"suspend", "terminate", "cancel"} else None
        rules.move(actor, agreement, step, reason, on=STOPPED_ON.get(step))


def _promise(actor: Actor, agreement: Agreement) -> None:
    """Commitments that are kept by evidence, late, and on course."""
    _owe(actor, agreement, "reached_by_transfer", 500, dt.date(2026, 6, 30))
    _owe(actor, agreement, "reached", 600, dt.date(2030, 12, 31))
    for article, text_ar, text_fr, due_on in (
        ("5", "تسليم التقرير التقني الأول.", "Remettre le premier rapport technique.", _Y(2025, 7, 31)),
        ("6", "تسليم التقرير المالي.", "Remettre le rapport financier.", _Y(2026, 1, 31)),
    ):
        add_commitment(
            actor,
            agreement,
            agreement.parties[1],
            article=article,
            text_ar=text_ar,
            text_fr=text_fr,
            due_on=due_on,
        )


def _owe(actor: Actor, agreement: Agreement, measure: str, quantity: int, due_on: dt.date) -> None:
    add_commitment(
        actor,
        agreement,
        agreement.parties[1],
        article=str(len(agreement.commitments) + 2),
        text_ar=f"الوصول إلى {quantity} جمعية.",
        text_fr=f"Atteindre {quantity} associations.",
        due_on=due_on,
        measure=measure,
        quantity=quantity,
    )


def _archive(actor: Actor, agreement: Agreement, folder: Path) -> None:
    """The signed text, and the evidence that the first report was handed in."""
    title = f"{agreement.reference} : texte signé"
    rules.attach(
        actor,
        agreement,
        title=title,
        data=paper(title),
        filename=f"{agreement.reference}.pdf",
        folder=folder,
        is_signed_text=True,
    )
    report = next(one for one in agreement.commitments if one.article == "5")
    data = paper("Rapport technique n° 1")
    keep(actor, report, on=dt.date(2025, 7, 24), data=data, filename="rapport-technique-1.pdf", folder=folder)
