"""Regional programmes: the two of the sources, and an invented one for each other state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cohorts.curriculum.models import Module
from cohorts.curriculum.rules import add_module
from cohorts.enrolment.models import Cohort, CohortState
from cohorts.enrolment.rules import move_cohort, open_cohort
from programme.base.access import Actor
from programme.demo.agreements import AMSED_BILATERAL, ENNAKHIL_BILATERAL, LAUNCH, TRIPARTITE
from programme.demo.queries import region_ids
from regions.programmes import rules
from regions.programmes.models import ProgrammeState, RegionalProgramme

SECOND_LAUNCH = dt.date(2025, 7, 4)
INVENTED = "État inventé pour la démonstration"
FES_COHORT, MARRAKECH_COHORT = "FM-1", "MS-1"

MODULES: tuple[tuple[str, str, str, int], ...] = (
    ("GOV", "الحكامة الداخلية والديمقراطية", "Gouvernance interne et démocratie", 12),
    ("ADM", "التدبير الإداري", "Gestion administrative", 9),
    ("FIN", "التدبير المالي والمحاسبة", "Gestion financière et comptabilité", 12),
    ("PRJ", "تدبير دورة المشروع", "Gestion du cycle de projet", 15),
    ("PLA", "الترافع والديمقراطية التشاركية", "Plaidoyer et démocratie participative", 12),
    ("NUM", "التحول الرقمي للجمعيات", "Transformation digitale des associations", 9),
    ("RES", "التشبيك وتعبئة الموارد", "Réseautage et mobilisation des ressources", 6),
    ("TRF", "تكوين المكونين ونقل الكفايات", "Formation de formateurs et transfert", 9),
)
"""Code, titles, hours. The sources name governance, management, advocacy and digital; the hours are invented."""

EXAMPLES: tuple[tuple[str, tuple[str, ...], dt.date], ...] = (
    ("09", ("prepare",), dt.date(2027, 1, 11)),
    ("04", (), dt.date(2027, 3, 1)),
    ("01", ("prepare", "postpone"), dt.date(2026, 9, 14)),
    ("05", ("prepare", "start"), dt.date(2024, 2, 5)),
)


COHORTS: tuple[tuple[str, str, str, str, str, dt.date, dt.date | None, str | None], ...] = (
    (
        FES_COHORT,
        "03",
        "الفوج الأول بجهة فاس - مكناس",
        "Première cohorte de Fès-Meknès",
        AMSED_BILATERAL,
        dt.date(2023, 9, 8),
        dt.date(2024, 7, 7),
        "start",
    ),
    (
        MARRAKECH_COHORT,
        "07",
        "الفوج الأول بجهة مراكش - آسفي",
        "Première cohorte de Marrakech-Safi",
        ENNAKHIL_BILATERAL,
        dt.date(2026, 12, 11),
        dt.date(2027, 6, 30),
        "start",
    ),
    (
        "SM-1",
        "09",
        "فوج مرتقب (مثال مختلق)",
        "Cohorte prévue (exemple inventé)",
        "EX-2027-SM",
        dt.date(2027, 2, 5),
        None,
        None,
    ),
    (
        "BK-0",
        "05",
        "فوج مغلق (مثال مختلق)",
        "Cohorte close (exemple inventé)",
        "EX-2023-ETU",
        dt.date(2024, 3, 1),
        dt.date(2024, 12, 31),
        "start",
    ),
)
"""Code, region, names, agreement, period, and the step that starts it."""


def open_programmes(actor: Actor) -> dict[str, RegionalProgramme]:
    """The regional programmes by region code, moved through their states."""
    regions = region_ids()
    fes = rules.open_regional_programme(
        actor,
        region_id=regions["03"],
        starts_on=LAUNCH,
        ends_on=dt.date(2026, 12, 31),
        set_by=TRIPARTITE,
        reason="Allocution de lancement, Fès, 14 juin 2023 : 30 associations, 120 bénéficiaires, horizon 600",
    )
    marrakech = rules.open_regional_programme(
        actor,
        region_id=regions["07"],
        starts_on=SECOND_LAUNCH,
        ends_on=dt.date(2027, 12, 31),
        set_by=ENNAKHIL_BILATERAL,
        reason="Lancement de la deuxième région, 4 juillet 2025",
    )
    for opened in (fes, marrakech):
        for step in ("prepare", "start"):
            rules.move(actor, opened, step)
    return {"03": fes, "07": marrakech, **_examples(actor, regions)}


def _examples(actor: Actor, regions: dict[str, int]) -> dict[str, RegionalProgramme]:
    made = {}
    for code, steps, starts_on in EXAMPLES:
        one = rules.open_regional_programme(
            actor, region_id=regions[code], starts_on=starts_on, set_by="EX-2023-ETU", reason=INVENTED
        )
        for step in steps:
            rules.move(actor, one, step, INVENTED if step == "postpone" else None)
        made[code] = one
    rules.edit_period(actor, made["05"], ends_on=dt.date(2025, 1, 31))
    rules.set_targets(
        actor,
        made["05"],
        effective_on=dt.date(2024, 6, 1),
        set_by="EX-2023-ETU",
        reason=INVENTED,
        associations_target=10,
        trainees_target=40,
        reach_target=100,
    )
    return made


def add_modules(actor: Actor) -> dict[str, Module]:
    """The modules of the curriculum by code."""
    return {
        code: add_module(actor, code=code, title_ar=title_ar, title_fr=title_fr, minutes=hours * 60)
        for code, title_ar, title_fr, hours in MODULES
    }


def open_cohorts(
    actor: Actor, programmes: dict[str, RegionalProgramme], modules: Sequence[Module]
) -> dict[str, Cohort]:
    """The cohorts by code: two run, one is planned, one is closed."""
    made = {}
    for code, region, name_ar, name_fr, agreement, starts_on, ends_on, step in COHORTS:
        cohort = open_cohort(
            actor,
            code=code,
            regional_programme=programmes[region],
            name_ar=name_ar,
            name_fr=name_fr,
            agreement=agreement,
            starts_on=starts_on,
            ends_on=ends_on,
            modules=modules,
        )
        if step is not None:
            move_cohort(actor, cohort, step)
        made[code] = cohort
    assert made["BK-0"].state is CohortState.RUNNING
    return made


def wind_up(actor: Actor, programmes: dict[str, RegionalProgramme], cohorts: dict[str, Cohort]) -> None:
    """What closes once everything is entered: the example of region 05, and Fès-Meknès enters its closing."""
    move_cohort(actor, cohorts["BK-0"], "close")
    for step in ("wind_up", "close"):
        rules.move(actor, programmes["05"], step)
    rules.move(actor, programmes["03"], "wind_up")
    assert programmes["05"].state is ProgrammeState.CLOSED
