"""What the browser tests look at: the two regions of the access tests, a cohort to mark, passwords to type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from programme.accounts.passwords import hashed
from programme.base.access import Role
from programme.base.accounts import Account
from programme.base.extensions import db
from tests.access.world import World, build
from tests.factories.cohorts import full_cohort, module
from tests.factories.partnerships import in_force

PASSWORD = "huit heures du matin"
COHORT = "FM-1"
SEATS, PLACES = 3, 4
"""Seats of that cohort, and the people on each."""


@dataclass(slots=True)
class Scene:
    """Where the application answers, what it holds, who may sign in."""

    address: str
    world: World
    emails: dict[Role, str]

    def id(self, key: str) -> int:
        return int(self.world.mine.ids[key])


def built(address: str, uploads: Path) -> Scene:
    """The world with a cohort to mark under an agreement in force, and a password for every account. Commits."""
    world = build(uploads)
    in_force(reference="CONV-2023-01")
    # Long enough that the sessions of four runs complete nobody: only transfers move the figure.
    modules = [module("M1"), module("M2"), module("M3", minutes=1800)]
    full_cohort(COHORT, seats=SEATS, people=PLACES, modules=modules)
    secret, emails = hashed(PASSWORD), {}
    for role, account_id in world.accounts.items():
        account = db.session.get_one(Account, account_id)
        account.password_hash = secret
        emails[role] = account.email
    db.session.commit()
    return Scene(address, world, emails)
