"""Loads the demonstration: facts of the two sources, invented people, all of it entered through the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cohorts.curriculum.models import Module
from cohorts.enrolment.models import Cohort
from programme.base.access import Actor, Role
from programme.base.accounts import Serves
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.demo import (
    accounts,
    agreement_examples,
    agreements,
    awkward,
    consent_texts,
    dossiers,
    following_up,
    marrakech,
    programmes,
    registry,
    training,
    transfers,
)
from programme.demo.dating import date_everything
from programme.demo.inventing import Inventor
from programme.demo.queries import has_data
from regions.associations.models import Association
from regions.programmes.models import RegionalProgramme
from regions.programmes.queries import national_programme

REACHED = 359
"""Associations reached by 21 January 2026 (public reporting)."""
OPEN, SECOND_REGION = 15, 20


@dataclass(slots=True)
class Loading:
    """Who enters what, and what was entered so far."""

    folder: Path
    actors: dict[Role, Actor]
    inventor: Inventor = field(default_factory=Inventor)
    programmes: dict[str, RegionalProgramme] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    countries: dict[str, registry.Country] = field(default_factory=dict)

    def country(self, code: str) -> registry.Country:
        """The places of a region, read once."""
        if code not in self.countries:
            self.countries[code] = registry.Country.of(code)
        return self.countries[code]

    @property
    def ministry(self) -> Actor:
        return self.actors[Role.MINISTRY_OFFICER]

    @property
    def region(self) -> Actor:
        return self.actors[Role.REGIONAL_OFFICER]

    @property
    def implementer(self) -> Actor:
        return self.actors[Role.IMPLEMENTER]


def load(folder: Path) -> None:
    """Fill an empty database; `folder` is where files are kept. Refused where anything was recorded. Commits."""
    if has_data():
        raise Refused(
            _("La base contient déjà des données : la démonstration se charge dans une base vide."),
            code="demo",
        )
    programme = national_programme()
    if programme is None:
        raise Refused(_("Lancez d'abord « programme init »."), code="init")
    programme.is_demonstration = True
    loading = Loading(folder, accounts.open_accounts())
    consent_texts.publish(loading.ministry)
    who = _agree(loading)
    trained = _train(loading)
    _reach(loading, trained)
    _delegate(loading, who, trained)
    programmes.wind_up(loading.ministry, loading.programmes, loading.cohorts)
    date_everything()
    db.session.commit()


def _agree(loading: Loading) -> agreements.Organisations:
    fes, marrakech_safi = loading.country("03").region_id, loading.country("07").region_id
    who = agreements.register_organisations(loading.ministry, fes, marrakech_safi)
    known = agreements.of_the_sources(loading.ministry, who, fes, marrakech_safi)
    agreement_examples.add_examples(loading.ministry, who, known, fes, loading.folder)
    loading.programmes = programmes.open_programmes(loading.ministry)
    loading.modules = programmes.add_modules(loading.ministry)
    loading.cohorts = programmes.open_cohorts(
        loading.ministry, loading.programmes, list(loading.modules.values())
    )
    return who


def _train(loading: Loading) -> training.Trained:
    """The trained associations, their sessions and what came beside them."""
    fes = loading.country("03")
    nucleus = registry.register(loading.region, loading.inventor, fes, fes.shares(training.SEATS))
    associations = [one for found in nucleus.values() for one in found]
    cohort = loading.cohorts[programmes.FES_COHORT]
    trained = training.seat_cohort(loading.implementer, loading.inventor, cohort, associations)
    training.hold_sessions(loading.implementer, loading.region, loading.inventor, trained, loading.modules)
    following_up.visit(loading.implementer, loading.region, trained)
    following_up.hold_panels(loading.implementer, loading.region, loading.inventor, trained)
    following_up.correct_one(loading.region, trained, loading.folder)
    dossiers.fill(loading.region, loading.inventor, associations, loading.folder)
    return trained


def _reach(loading: Loading, trained: training.Trained) -> None:
    """Transfers until 359 are reached, those that do not count, and the second region."""
    fes = loading.country("03")
    codes = {ident: code for code, (ident, _people) in fes.provinces.items()}
    hosts = transfers.hosts_by_province(trained, codes)
    reached = _to_be_reached(loading, fes, trained, hosts, codes)
    registry.list_awkward(loading.region, loading.inventor, fes)
    wanted = {transfers.OPEN_IN: OPEN}
    others = registry.register(loading.region, loading.inventor, fes, wanted)
    modules = list(loading.modules.values())
    giving = transfers.Giving(loading.implementer, loading.inventor, trained, modules, hosts)
    transfers.give_all(giving, loading.region, transfers.plan(loading.inventor, reached))
    representative = loading.actors[Role.ASSOCIATION_REPRESENTATIVE]
    transfers.leave_some_open(giving, loading.region, representative, others)
    _second_region(loading, giving)


def _to_be_reached(
    loading: Loading,
    fes: registry.Country,
    trained: training.Trained,
    hosts: dict[str, list[int]],
    codes: dict[int, str],
) -> dict[str, list[Association]]:
    """New associations by province, so that with those who completed they make 359 shared by population.

    One whose persons dropped out of the cohort is among them: a transfer reaches it all the same.
    """
    dropped = trained.seats[training.DROPPED[0] - 1].association
    home = codes[dropped.province_id or 0]
    wanted = {code: number - len(hosts.get(code, ())) for code, number in fes.shares(REACHED).items()}
    wanted[home] -= 1
    wanted[transfers.UNKNOWN[0]] -= 1
    made = registry.register(loading.region, loading.inventor, fes, wanted, awkward.REACHED)
    made[home].insert(0, dropped)
    return made


def _second_region(loading: Loading, giving: transfers.Giving) -> None:
    place = loading.country("07")
    made = registry.register(loading.ministry, loading.inventor, place, place.shares(SECOND_REGION))
    associations = [one for found in made.values() for one in found]
    cohort = loading.cohorts[programmes.MARRAKECH_COHORT]
    marrakech.nominate(loading.implementer, loading.ministry, loading.inventor, cohort, associations)
    marrakech.plan_sessions(loading.ministry, cohort, list(loading.modules.values()))
    marrakech.be_guests(giving, loading.region, associations)


def _delegate(loading: Loading, who: agreements.Organisations, trained: training.Trained) -> None:
    """Each account serves its region, organisation, trainer, association or person."""
    fes = loading.programmes["03"].region_id
    served = {
        Role.REGIONAL_OFFICER: {Serves.REGION: [fes]},
        Role.REGIONAL_PARTNER: {Serves.ORGANISATION: [who.council.id], Serves.REGION: [fes]},
        Role.IMPLEMENTER: {Serves.ORGANISATION: [who.amsed.id]},
        Role.TRAINER: {Serves.TRAINER: [trained.trainers[0].id]},
        Role.ASSOCIATION_REPRESENTATIVE: {Serves.ASSOCIATION: [trained.seats[0].association_id]},
        Role.TRAINEE: {Serves.PERSON: [trained.places[1, 0].person_id]},
    }
    for role, what in served.items():
        is_trainee = role is Role.TRAINEE
        accounts.delegate(role, what, trained.places[1, 0].person.name_ar if is_trainee else None)
