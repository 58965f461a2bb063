"""A browser in words, from what it says of itself: enough for its owner to know it again."""

from __future__ import annotations

from programme.base.language import gettext as _

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""Marks in the order in which they tell: most browsers also claim to be older ones."""


def words(agent: str | None) -> str:
    """« Firefox, Windows »; what tells nothing is an unknown device."""
    found = [
        next((name for mark, name in known if mark in (agent or "")), "") for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name) or _("Appareil inconnu")
