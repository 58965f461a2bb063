"""What is few even in a whole country goes through the rules: accounts, agreements, programmes, cohorts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from cohorts.enrolment.rules import move_cohort, open_cohort
from partnerships.agreements import rules as agreements
from partnerships.agreements.models import Agreement, AgreementKind, PartyRole
from partnerships.commitments.rules import add_commitment
from partnerships.organisations.models import Organisation, OrganisationKind
from partnerships.organisations.rules import register_organisation
from programme.base.access import Actor
from programme.demo.agreements import LAUNCH
from programme.demo.national.scale import Scale
from programme.demo.programmes import MODULES
from programme.demo.queries import region_names
from regions.programmes import rules as programmes
from regions.programmes.models import RegionalProgramme

ENDS_ON = dt.date(2027, 12, 31)
CURRICULUM = ("ADM", "FIN", "GOV", "PLA")
"""Of the modules these give 45 hours: fifteen half-days of three."""
INVENTED_AR, INVENTED_FR = " (مثال مختلق للعرض)", " (exemple inventé)"
REASON = "Pays inventé, à l'échelle nationale"


@dataclass(slots=True)
class Regional:
    """What one region has: its implementer, the agreement that carries its cohorts, the cohorts in their order."""

    council: Organisation
    implementer: Organisation
    agreement: Agreement
    cohorts: list[Cohort]


def ministry(actor: Actor) -> Organisation:
    """The party that all agreements share."""
    return register_organisation(
        actor,
        kind=OrganisationKind.MINISTRY,
        name_ar="الوزارة المنتدبة المكلفة بالعلاقات مع البرلمان",
        name_fr="Ministère délégué chargé des Relations avec le Parlement",
        acronym="MCRP",
        region_id=None,
    )


def build(
    actor: Actor, code: str, region_id: int, lead: Organisation, modules: Sequence[Module], scale: Scale
) -> Regional:
    """The programme of one region with its agreements, and its cohorts opened and started."""
    name_ar, name_fr = region_names()[code]
    council = _party(
        actor,
        OrganisationKind.REGIONAL_COUNCIL,
        f"مجلس جهة {name_ar}",
        f"Conseil de la région {name_fr}",
        region_id,
    )
    implementer = _party(
        actor,
        OrganisationKind.ASSOCIATION,
        f"جمعية المواكبة بجهة {name_ar}{INVENTED_AR}",
        f"Association d'accompagnement de {name_fr}{INVENTED_FR}",
        region_id,
    )
    agreement = _agreement(actor, code, region_id, (lead, council, implementer), (name_ar, name_fr), scale)
    opened = _programme(actor, region_id, agreement, scale)
    cohorts = [
        _cohort(actor, opened, f"N{code}", number, (name_ar, name_fr), agreement, modules, scale)
        for number in range(scale.cohorts + 1)
    ]
    return Regional(council, implementer, agreement, cohorts)


def _programme(actor: Actor, region_id: int, agreement: Agreement, scale: Scale) -> RegionalProgramme:
    opened = programmes.open_regional_programme(
        actor,
        region_id=region_id,
        starts_on=LAUNCH,
        ends_on=ENDS_ON,
        set_by=agreement.reference,
        reason=REASON,
        associations_target=scale.associations,
        trainees_target=scale.associations * scale.places,
        reach_target=scale.associations,
    )
    for step in ("prepare", "start"):
        programmes.move(actor, opened, step)
    return opened


def _cohort(
    actor: Actor,
    opened: RegionalProgramme,
    prefix: str,
    number: int,
    names: tuple[str, str],
    agreement: Agreement,
    modules: Sequence[Module],
    scale: Scale,
) -> Cohort:
    start = scale.starts_on(number)
    cohort = open_cohort(
        actor,
        code=f"{prefix}-{number + 1:03d}",
        regional_programme=opened,
        name_ar=f"الفوج {number + 1} بجهة {names[0]}",
        name_fr=f"Cohorte {number + 1} de {names[1]}",
        agreement=agreement.reference,
        starts_on=start,
        ends_on=start + dt.timedelta(weeks=scale.sessions),
        seats_target=scale.seats,
        places=scale.places,
        modules=modules,
    )
    for step in ("start", "close") if number < scale.cohorts else ("start",):
        move_cohort(actor, cohort, step)
    return cohort


def curriculum(modules: dict[str, Module]) -> list[Module]:
    """The modules that the cohorts of the invented country teach; their hours are those of its sessions."""
    hours = {code: number for code, _ar, _fr, number in MODULES}
    assert sum(hours[code] for code in CURRICULUM) == 45
    return [modules[code] for code in CURRICULUM]


def half_days(modules: Sequence[Module]) -> list[Module]:
    """The module of each half-day of three hours."""
    return [module for module in modules for _half in range(module.minutes // 180)]


def _party(actor: Actor, kind: OrganisationKind, name_ar: str, name_fr: str, region_id: int) -> Organisation:
    return register_organisation(
        actor, kind=kind, name_ar=name_ar, name_fr=name_fr, acronym=None, region_id=region_id
    )


def _agreement(
    actor: Actor,
    code: str,
    region_id: int,
    parties: tuple[Organisation, ...],
    names: tuple[str, str],
    scale: Scale,
) -> Agreement:
    made = agreements.draft(
        actor,
        reference=f"CP-2023-N{code}",
        kind=AgreementKind.TRIPARTITE,
        title_ar=f"اتفاقية شراكة لتنفيذ البرنامج بجهة {names[0]}{INVENTED_AR}",
        title_fr=f"Convention de mise en œuvre du programme, {names[1]}{INVENTED_FR}",
        region_id=region_id,
        starts_on=LAUNCH,
        ends_on=ENDS_ON,
    )
    for organisation, role in zip(
        parties, (PartyRole.LEAD, PartyRole.HOST, PartyRole.IMPLEMENTER), strict=True
    ):
        agreements.add_party(actor, made, organisation, role=role)
    _commit(actor, made, scale)
    for step in ("negotiate", "approve"):
        agreements.move(actor, made, step)
    for party in made.parties:
        agreements.sign(actor, party, signatory="مختلق", capacity="مثال", signed_on=LAUNCH)
    for step in ("sign", "enter_into_force"):
        agreements.move(actor, made, step)
    return made


def _commit(actor: Actor, agreement: Agreement, scale: Scale) -> None:
    for article, measure, quantity in (
        ("1", "associations_enrolled", scale.associations),
        ("2", "trainees_enrolled", scale.associations * scale.places),
        ("3", "reached", scale.associations),
    ):
        add_commitment(
            actor,
            agreement,
            agreement.parties[-1],
            article=article,
            text_ar=f"التزام مختلق رقم {article}",
            text_fr=f"Engagement inventé n° {article}",
            due_on=dt.date(2026, 12, 31),
            measure=measure,
            quantity=quantity,
        )
