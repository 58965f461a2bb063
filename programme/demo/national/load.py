"""Loads the invented country: the frame through the rules, the mass in bulk, both in one chain."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cohorts.enrolment.models import Enrolment
from cohorts.people.models import Person
from cohorts.sessions.models import Attendance
from cohorts.transfer.models import TransferParticipation
from programme.base.access import Role
from programme.base.extensions import db
from programme.base.journal import JournalEntry
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.demo import accounts, programmes
from programme.demo.inventing import SEED
from programme.demo.national import country, frame
from programme.demo.national.bulk import Bulk
from programme.demo.national.chain import Chain
from programme.demo.national.country import Region
from programme.demo.national.passing_on import PassingOn
from programme.demo.national.scale import Scale
from programme.demo.national.staff import hire
from programme.demo.national.training import People, Teaching, Trained
from programme.demo.queries import has_data
from regions.associations.models import Association, AssociationWord
from regions.programmes.queries import national_programme

FES = "03"
MANY = (Association, AssociationWord, Attendance, Enrolment, JournalEntry, Person, TransferParticipation)
Told = Callable[[str], None]


def load(scale: Scale, told: Told = lambda _line: None) -> dict[str, int]:
    """Fill an empty database; answers the rows written in bulk by table.

    Refused where anything was recorded. Commits.
    """
    if has_data():
        raise Refused(
            _("La base contient déjà des données : la démonstration se charge dans une base vide."),
            code="demo",
        )
    programme = national_programme()
    if programme is None:
        raise Refused(_("Lancez d'abord « programme init »."), code="init")
    programme.is_demonstration = True
    actors, regions = accounts.open_accounts(), country.regions(scale.registry, scale.seated)
    ministry = actors[Role.MINISTRY_OFFICER]
    modules = frame.curriculum(programmes.add_modules(ministry))
    lead = frame.ministry(ministry)
    built = {one.code: frame.build(ministry, one.code, one.id, lead, modules, scale) for one in regions}
    bulk, random = Bulk(*MANY), Random(SEED)  # noqa: S311 - a reproducible demonstration, no secret
    chain = Chain(bulk)
    names = country.people(random)
    registrar = country.Registrar(bulk, chain, ministry, random, names)
    people = People(bulk, chain, actors[Role.IMPLEMENTER], random, names)
    half_days = frame.half_days(modules)
    both = actors[Role.IMPLEMENTER], actors[Role.REGIONAL_OFFICER]
    teaching = Teaching(bulk, chain, scale, random, people, half_days, *both)
    passing_on = PassingOn(bulk, chain, scale, random, people, modules, *both)
    first: dict[str, Trained] = {}
    trainers: dict[str, int] = {}
    for region in regions:
        told(region.code)
        registrar.register(region)
        registrar.suspect(region, scale.suspicions)
        trained = _teach(teaching, region, built[region.code], random)
        passing_on.give(region, trained)
        passing_on.doubt(scale.pairs)
        first[region.code] = trained[0]
        trainers[region.code] = teaching.trainers[-scale.cohorts - 1]
    bulk.finish()
    chain.finish()
    hire(regions, built, first, trainers, FES)
    db.session.commit()
    return dict(bulk.written)


def _teach(teaching: Teaching, region: Region, built: frame.Regional, random: Random) -> list[Trained]:
    """The finished cohorts of a region; the last one still runs."""
    seats = teaching.scale.seats
    chosen = random.sample(region.associations, len(built.cohorts) * seats)
    made = []
    for number, cohort in enumerate(built.cohorts):
        some = chosen[number * seats : (number + 1) * seats]
        made.append(teaching.fill(cohort, number, some, f"دار الجمعيات {number + 1}"))
    return made[: teaching.scale.cohorts]
