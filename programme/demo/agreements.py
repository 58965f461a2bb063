"""The agreements of the sources as they name them, and one invented agreement for each other state of P1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from partnerships.agreements import rules
from partnerships.agreements.models import Agreement, AgreementKind, PartyRole
from partnerships.commitments.rules import add_commitment
from partnerships.organisations.models import Organisation, OrganisationKind
from partnerships.organisations.rules import register_organisation
from programme.base.access import Actor

LAUNCH = dt.date(2023, 6, 14)
TRIPARTITE, AMSED_BILATERAL, KAS_FRAMEWORK = "CP-2023-FM-01", "CP-2023-FM-02", "CC-2023-KAS"
ENNAKHIL_BILATERAL = "CP-2025-MS-01"
INVENTED_AR, INVENTED_FR = " (مثال مختلق للعرض)", " (exemple inventé)"

MINISTER = (
    "مصطفى بايتاس (Mustapha Baitas)",
    "الوزير المنتدب المكلف بالعلاقات مع البرلمان، الناطق الرسمي باسم الحكومة",
)
WALI = ("السعيد زنيبر (Saïd Zniber)", "والي جهة فاس - مكناس")
COUNCIL = (
    "يونس الرفيق (Younes Rafik)",
    "نائب رئيس مجلس جهة فاس - مكناس",
)
AMSED_SIGNS = ("امبارك موغلي (Mbarek Moughli)", "نائب رئيسة الجمعية")

TRIPARTITE_TITLES = (
    "اتفاقية شراكة بخصوص تنفيذ برنامج تقوية قدرات جمعيات المجتمع المدني التنظيمية والمؤسساتية "
    "بجهة فاس - مكناس",
    "Convention de partenariat relative à la mise en œuvre du programme de renforcement des "
    "capacités organisationnelles et institutionnelles des associations dans la région Fès-Meknès",
)
BILATERAL_TITLES = (
    "اتفاقية شراكة لتحديد إطار للتعاون بين الوزارة والجمعية المغربية للتضامن والتنمية من أجل "
    "تنفيذ البرنامج الجهوي لدعم القدرات التدبيرية والمؤسساتية للجمعيات",
    "Convention de partenariat fixant le cadre de coopération entre le Ministère et l'AMSED pour "
    "la mise en œuvre du programme régional d'appui aux capacités des associations",
)

Signature = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """A party as the source names it; without `signature` the source names no signatory."""

    organisation: Organisation
    role: PartyRole
    signature: Signature | None = None


@dataclass(slots=True)
class Organisations:
    """Those that the sources name, and one invented for the examples."""

    ministry: Organisation
    wilaya: Organisation
    council: Organisation
    amsed: Organisation
    foundation: Organisation
    ennakhil: Organisation
    invented: Organisation


_O = OrganisationKind
ORGANISATIONS: Sequence[tuple[OrganisationKind, str, str, str | None, str | None]] = (
    (
        _O.MINISTRY,
        "الوزارة المنتدبة المكلفة بالعلاقات مع البرلمان",
        "Ministère délégué chargé des Relations avec le Parlement",
        "MCRP",
        None,
    ),
    (_O.WILAYA, "ولاية جهة فاس - مكناس", "Wilaya de la région Fès-Meknès", None, "03"),
    (
        _O.REGIONAL_COUNCIL,
        "مجلس جهة فاس - مكناس",
        "Conseil de la région Fès-Meknès",
        None,
        "03",
    ),
    (
        _O.ASSOCIATION,
        "الجمعية المغربية للتضامن والتنمية",
        "Association marocaine de solidarité et de développement",
        "AMSED",
        None,
    ),
    (
        _O.FOUNDATION,
        "مؤسسة كونراد أديناور",
        "Konrad-Adenauer-Stiftung",
        "KAS",
        None,
    ),
    (_O.ASSOCIATION, "جمعية النخيل", "Association Ennakhil", None, "07"),
    (
        _O.ASSOCIATION,
        "جمعية المثال للمواكبة" + INVENTED_AR,
        "Association Exemple pour l'accompagnement" + INVENTED_FR,
        None,
        None,
    ),
)
"""Kind, names, acronym and region, in the order of `Organisations`."""


def register_organisations(actor: Actor, fes: int, marrakech: int) -> Organisations:
    """Register the parties; `fes` and `marrakech` are region ids."""
    regions = {"03": fes, "07": marrakech}
    made = [
        register_organisation(
            actor,
            kind=kind,
            name_ar=name_ar,
            name_fr=name_fr,
            acronym=acronym,
            region_id=regions.get(region or ""),
        )
        for kind, name_ar, name_fr, acronym, region in ORGANISATIONS
    ]
    return Organisations(*made)


def _agree(actor: Actor, parties: Sequence[Bound], steps: Sequence[str], **fields: object) -> Agreement:
    """Draft an agreement with its parties and make the steps that come before signing."""
    made = rules.draft(actor, **fields)  # type: ignore[arg-type]
    for bound in parties:
        rules.add_party(actor, made, bound.organisation, role=bound.role)
    for step in steps:
        rules.move(actor, made, step)
    return made


def _sign(actor: Actor, agreement: Agreement, parties: Sequence[Bound], on: dt.date) -> None:
    for party, bound in zip(agreement.parties, parties, strict=True):
        assert bound.signature is not None
        rules.sign(actor, party, signatory=bound.signature[0], capacity=bound.signature[1], signed_on=on)
    for step in ("sign", "enter_into_force"):
        rules.move(actor, agreement, step)


def of_the_sources(actor: Actor, who: Organisations, fes: int, marrakech: int) -> dict[str, Agreement]:
    """The agreements that the sources tell of, by reference; their terms (ends) are invented."""
    minister = Bound(who.ministry, PartyRole.LEAD, MINISTER)
    tripartite = (
        minister,
        Bound(who.wilaya, PartyRole.HOST, WALI),
        Bound(who.council, PartyRole.HOST, COUNCIL),
    )
    bilateral = (minister, Bound(who.amsed, PartyRole.IMPLEMENTER, AMSED_SIGNS))
    first = _agree(
        actor,
        tripartite,
        (),
        reference=TRIPARTITE,
        kind=AgreementKind.TRIPARTITE,
        title_ar=TRIPARTITE_TITLES[0],
        title_fr=TRIPARTITE_TITLES[1],
        region_id=fes,
        starts_on=LAUNCH,
        ends_on=dt.date(2026, 12, 31),
    )
    second = _agree(
        actor,
        bilateral,
        (),
        reference=AMSED_BILATERAL,
        kind=AgreementKind.BILATERAL,
        title_ar=BILATERAL_TITLES[0],
        title_fr=BILATERAL_TITLES[1],
        region_id=fes,
        parent=first,
        starts_on=LAUNCH,
        ends_on=dt.date(2026, 12, 31),
    )
    _commit(actor, first, second)
    for agreement, parties in ((first, tripartite), (second, bilateral)):
        for step in ("negotiate", "approve"):
            rules.move(actor, agreement, step)
        _sign(actor, agreement, parties, LAUNCH)
    unsigned = _without_signatory(actor, who, marrakech)
    return {one.reference: one for one in (first, second, *unsigned)}


def _without_signatory(actor: Actor, who: Organisations, marrakech: int) -> tuple[Agreement, Agreement]:
    """No source names who signed: approved, and short of force with what is missing shown."""
    minister = Bound(who.ministry, PartyRole.LEAD)
    framework = _agree(
        actor,
        (minister, Bound(who.foundation, PartyRole.FUNDER)),
        ("negotiate", "approve"),
        reference=KAS_FRAMEWORK,
        kind=AgreementKind.FRAMEWORK,
        title_ar="اتفاقية إطار مع مؤسسة كونراد أديناور",
        title_fr="Convention-cadre avec la Konrad-Adenauer-Stiftung",
        starts_on=LAUNCH,
        ends_on=dt.date(2027, 6, 13),
    )
    marrakech_safi = _agree(
        actor,
        (minister, Bound(who.ennakhil, PartyRole.IMPLEMENTER)),
        ("negotiate", "approve"),
        reference=ENNAKHIL_BILATERAL,
        kind=AgreementKind.BILATERAL,
        title_ar="اتفاقية شراكة مع جمعية النخيل من أجل تنفيذ البرنامج بجهة مراكش - آسفي",
        title_fr="Convention de partenariat avec l'association Ennakhil pour la mise en œuvre du programme "
        "dans la région Marrakech-Safi",
        region_id=marrakech,
        starts_on=dt.date(2025, 7, 4),
        ends_on=dt.date(2027, 12, 31),
    )
    return framework, marrakech_safi


def _commit(actor: Actor, tripartite: Agreement, bilateral: Agreement) -> None:
    """What the source says the parties owe, with its figures."""
    implementer = bilateral.parties[1]
    add_commitment(
        actor,
        bilateral,
        implementer,
        article="1",
        text_ar="تعزيز القدرات التدبيرية والمؤسساتية لثلاثين جمعية على مستوى جهة فاس - مكناس.",
        text_fr="Renforcer les capacités de gestion et institutionnelles de 30 associations de la région.",
        due_on=dt.date(2025, 12, 31),
        measure="associations_enrolled",
        quantity=30,
    )
    add_commitment(
        actor,
        bilateral,
        implementer,
        article="2",
        text_ar="تمكين 120 فاعلا جمعويا من المعارف والمهارات الضرورية لتطوير وتنمية أدائهم.",
        text_fr="Doter 120 acteurs associatifs des connaissances et compétences nécessaires.",
        due_on=dt.date(2025, 12, 31),
        measure="trainees_enrolled",
        quantity=120,
    )
    add_commitment(
        actor,
        tripartite,
        tripartite.parties[0],
        article="3",
        text_ar="الوصول إلى حوالي 600 جمعية على صعيد الجهة عبر نقل المعارف والكفايات.",
        text_fr="Atteindre environ 600 associations de la région par le transfert des connaissances.",
        due_on=dt.date(2026, 12, 31),
        measure="reached",
        quantity=600,
    )
