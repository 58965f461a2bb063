"""How long each kind of personal data is kept after it has served, in one place (law 09-08, article 3).

The law asks that data be kept no longer than what they were collected for needs; it gives no numbers. These are
ours, to be confirmed with the processing's declaration to the national commission.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from programme.base import clock, jobs, journal
from programme.base.access import Actor
from programme.base.extensions import db
from programme.base.files import ASIDE
from programme.base.language import lazy_gettext as _l
from programme.privacy.queries import outlived
from programme.privacy.rules.again import erase_all

EVENT = "privacy:retention:run"
A_NIGHT = 100
"""Persons erased in one run: each is searched for in every text there is."""
YEAR = 365


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data: how many days it is kept after what, how much has outlived that, and what lets it go."""

    name: str
    label: str
    after: str
    days: int
    count: Callable[[dt.datetime], int]
    drop: Callable[[dt.datetime], object]

    def limit(self, now: dt.datetime) -> dt.datetime:
        """What is older than this goes."""
        return now - dt.timedelta(days=self.days)


def _instance() -> Path:
    return Path(current_app.config["HOUSE"].instance)


def _erase(limit: dt.datetime) -> int:
    return erase_all(outlived.persons(limit), _instance(), most=A_NIGHT)


def _files(folder: str, pattern: str) -> tuple[Callable[[dt.datetime], int], Callable[[dt.datetime], object]]:
    def found(limit: dt.datetime) -> list[Path]:
        paths = (_instance() / folder).glob(pattern)
        return [path for path in paths if path.stat().st_mtime < limit.timestamp()]

    def drop(limit: dt.datetime) -> None:
        for path in found(limit):
            path.unlink(missing_ok=True)

    return (lambda limit: len(found(limit))), drop


def rules() -> tuple[Rule, ...]:
    """Every rule, the shortest first."""
    years = int(current_app.config["HOUSE"].person_years)
    made = [
        Rule(
            "drafts", _l("Classeurs déposés et non importés"), _l("le dépôt"), 1, *_files("imports", "*.part")
        ),
        Rule("attempts", _l("Essais de connexion"), _l("l'essai"), 7, *outlived.attempts()),
        Rule("once", _l("Clés de formulaires"), _l("l'envoi"), 30, *outlived.once_keys()),
        Rule("links", _l("Liens à usage unique"), _l("l'usage ou l'expiration"), 30, *outlived.links()),
        Rule("mails", _l("Courriels non envoyés"), _l("l'écriture"), 60, *_files("outbox", "*.eml")),
        Rule("sessions", _l("Connexions terminées"), _l("la dernière page vue"), 90, *outlived.sessions()),
        Rule("strays", _l("Fichiers sans fiche"), _l("la mise de côté"), 90, *_files(ASIDE, "*")),
        Rule("exports", _l("Demandes d'exports"), _l("la demande"), 90, *outlived.exports()),
        Rule(
            "imports",
            _l("Valeurs gardées pour annuler un import"),
            _l("l'import"),
            YEAR,
            *outlived.kept_rows(),
        ),
        Rule(
            "requests",
            _l("Texte des demandes closes"),
            _l("la réponse"),
            5 * YEAR,
            *outlived.closed_requests(),
        ),
        Rule(
            "persons",
            _l("Identité des personnes (leurs heures restent comptées)"),
            _l("la fin du dernier programme suivi"),
            years * YEAR,
            lambda limit: len(outlived.persons(limit)),
            _erase,
        ),
    ]
    return tuple(sorted(made, key=lambda one: one.days))


journal.declare(
    {EVENT: _l("Durées de conservation appliquées")},
    {
        "drafts": _l("Classeurs déposés et non importés"),
        "attempts": _l("Essais de connexion"),
        "once": _l("Clés de formulaires"),
        "links": _l("Liens à usage unique"),
        "mails": _l("Courriels non envoyés"),
        "sessions": _l("Connexions terminées"),
        "strays": _l("Fichiers sans fiche"),
        "exports": _l("Demandes d'exports"),
        "imports": _l("Valeurs gardées pour annuler un import"),
        "requests": _l("Texte des demandes closes"),
        "persons": _l("Identité des personnes (leurs heures restent comptées)"),
    },
)


def due(now: dt.datetime | None = None) -> dict[str, int]:
    """How much each rule would let go now, by its name; nothing is changed."""
    now = now or clock.now()
    return {one.name: one.count(one.limit(now)) for one in rules()}


def apply(now: dt.datetime | None = None) -> dict[str, int]:
    """Let go what has outlived its rule, one transaction a rule, journalled with its numbers. Commits."""
    now = now or clock.now()
    done: dict[str, int] = {}
    for one in rules():
        done[one.name] = one.count(one.limit(now))
        if done[one.name]:
            gone = one.drop(one.limit(now))
            db.session.commit()
            if isinstance(gone, int):  # of persons not all go in one run, and some may be refused
                done[one.name] = gone
    journal.record(db.session, Actor.system(), EVENT, ("retention", None), after=done)
    db.session.commit()
    if done["persons"] or outlived.erased_since(now - dt.timedelta(days=2)):
        outlived.scrub()
    return done


jobs.daily("retention", apply)
