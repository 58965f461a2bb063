"""The side navigation by role: what an actor cannot open is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from programme.base.access import Actor
from programme.base.access import Permission as P
from programme.base.language import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Place:
    """One entry as the template shows it."""

    label: str
    href: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group of entries; its label is empty for the first one."""

    label: str
    items: tuple[Place, ...]


RIGHTS = "programme.accounts.matrix"
# (group, label, endpoint, icon, permission)
PLACES = (
    ("", _l("Accueil"), "programme.home.index", "home", P.HOME_READ),
    ("", _l("Régions"), "programme.home.regions", "map-2", P.REGION_READ),
    ("", _l("Associations"), "regions.associations.index", "building-community", P.ASSOCIATION_READ),
    ("", _l("Cohortes"), "cohorts.enrolment.index", "users-group", P.COHORT_READ),
    ("", _l("Sessions"), "cohorts.sessions.index", "calendar-event", P.SESSION_READ),
    ("", _l("Transferts"), "cohorts.transfer.index", "git-branch", P.TRANSFER_READ),
    ("", _l("Associations atteintes"), "cohorts.reached.index", "target", P.REACHED_READ),
    ("", _l("Partenariats"), "partnerships.agreements.index", "signature", P.AGREEMENT_READ),
    ("", _l("Rapports"), "reports.index", "chart-bar", P.REPORT_READ),
    (
        _l("Administration"),
        _l("Déclinaisons régionales"),
        "regions.programmes.index",
        "flag",
        P.PROGRAMME_READ,
    ),
    (_l("Administration"), _l("Modules"), "cohorts.curriculum.index", "school", P.COHORT_READ),
    (
        _l("Administration"),
        _l("Données personnelles"),
        "programme.privacy.index",
        "lock",
        P.REQUEST_READ,
    ),
    (_l("Administration"), _l("Imports"), "programme.imports.index", "upload", P.IMPORT_RUN),
    (_l("Administration"), _l("Comptes"), "programme.accounts.index", "users", P.ACCOUNT_READ),
    (_l("Administration"), _l("Droits"), RIGHTS, "shield-check", P.MATRIX_READ),
    (_l("Administration"), _l("Journal"), "programme.journal.index", "history", P.JOURNAL_READ),
)

HOME = "programme.home"
"""Its pages are no rooms of one place: each is marked by itself, or named in `INSIDE`."""
INSIDE = {
    "programme.home.region": "programme.home.regions",
    "cohorts.sessions.heat": "cohorts.enrolment.index",
}
ROOMS = {
    "cohorts.people": "cohorts.enrolment.index",
    "partnerships.organisations": "partnerships.agreements.index",
    "programme.exports": "reports.index",
}
"""Rooms without an entry of their own: the entry that leads to them."""


def _belongs(endpoint: str, actor: Actor) -> bool:
    """The page of rights is in the menu of who administers something; the others open it from their account."""
    return endpoint != RIGHTS or actor.may(P.ACCOUNT_READ) or actor.may(P.IMPORT_RUN)


def navigation(actor: Actor) -> list[Group]:
    """The groups this actor may open, the current place marked."""
    asked = request.endpoint or ""
    blueprint = "" if asked in INSIDE else asked.rpartition(".")[0]
    inside = INSIDE.get(asked, ROOMS.get(blueprint))
    groups: dict[str, list[Place]] = {}
    for group, label, endpoint, icon, permission in PLACES:
        if actor.may(permission) and endpoint in current_app.view_functions and _belongs(endpoint, actor):
            room = endpoint.rpartition(".")[0]
            is_room = blueprint == room != HOME and endpoint.endswith(".index")
            here = endpoint in {asked, inside} or is_room
            groups.setdefault(str(group), []).append(Place(str(label), url_for(endpoint), icon, here))
    return [Group(label, tuple(items)) for label, items in groups.items()]
