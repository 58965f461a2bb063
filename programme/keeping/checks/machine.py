"""Checks of the machine: time zone, disk, keys, what waits to leave."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import shutil

from flask import current_app

from programme.base import clock
from programme.base.checks import register
from programme.config import Settings
from programme.fitness import readable

TZDATA = (2026, 3)
"""The first release that knows that Morocco left daylight saving."""
LEFT_ON = dt.datetime(2026, 9, 20, 12, tzinfo=dt.UTC)
LEAST_FREE = 1024 * 1024 * 1024
MAIL_MINUTES = 60


def _house() -> Settings:
    found = current_app.config["HOUSE"]
    assert isinstance(found, Settings)
    return found


@register("fuseau horaire", "L'heure du Maroc est celle de la loi : UTC depuis le 20 septembre 2026.")
def time_zone() -> list[str]:
    """The release of the data, and what it makes of a day after the change."""
    version = importlib.metadata.version("tzdata")
    faults = []
    if tuple(int(part) for part in version.split(".")[:2]) < TZDATA:
        faults.append(
            f"le paquet tzdata est de {version}, il faut {'.'.join(map(str, TZDATA))} : mettez-le à jour."
        )
    for days in (1, 365):
        if (LEFT_ON + dt.timedelta(days=days)).astimezone(clock.RABAT).utcoffset() != dt.timedelta(0):
            return [*faults, "Casablanca n'est pas à UTC après le 20 septembre 2026 : mettez tzdata à jour."]
    return faults


@register("disque", "Le disque a de la place pour la base, les fichiers et une sauvegarde.")
def disk() -> list[str]:
    """Free space: a gigabyte, and as much as the database takes, for whoever copies it beside itself."""
    instance = _house().instance
    file = instance / "programme.sqlite3"
    needed = LEAST_FREE + (file.stat().st_size if file.exists() else 0)
    free = shutil.disk_usage(instance).free
    if free >= needed:
        return []
    mega = 1024 * 1024
    return [f"{free // mega} Mo libres dans {instance}, il en faut {needed // mega} : libérez de la place."]


@register(
    "droits des fichiers", "Les clés, la base et les fichiers ne sont lisibles que de leur propriétaire."
)
def modes() -> list[str]:
    """What anybody on the machine may read, and what the programme itself may not write."""
    house = _house()
    found = [f"{path} est lisible par tous : chmod o-rwx {path}." for path in readable(house.instance)]
    return found + _unwritable(house)


def _unwritable(house: Settings) -> list[str]:
    places = [path for path in (house.instance, house.uploads, house.outbox) if path.exists()]
    return [
        f"{path} n'est pas inscriptible : chown et chmod u+rwx."
        for path in places
        if not os.access(path, os.W_OK)
    ]


@register("courrier", "Aucun message n'attend de partir.")
def outbox() -> list[str]:
    """Mails that no server took, older than an hour; without a server they wait on purpose."""
    house = _house()
    limit = clock.now().timestamp() - MAIL_MINUTES * 60
    late = [path for path in house.outbox.glob("*.eml") if path.stat().st_mtime < limit]
    if not late:
        return []
    what = "réglez le serveur de courrier" if house.smtp_url else "posez PROGRAMME_SMTP_URL"
    return [
        f"{len(late)} messages attendent depuis plus d'une heure : {what} ; `programme outbox` les montre."
    ]
