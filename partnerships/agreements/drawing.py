"""The period of an agreement as a line: shares of its width, from the start side (the page mirrors it)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from partnerships.agreements.models import Agreement, Commitment
from partnerships.agreements.period import effective_period, last_signature
from programme.base.language import format_date, ngettext
from programme.base.language import gettext as _
from programme.base.states import Tone


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on the line: its place from 0 to 100, and what it is."""

    at: float
    label: str
    date: dt.date
    tone: Tone
    done: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The agreed period between 0 and 100, the part with effect, and today where it lies inside."""

    label: str
    start: float
    width: float
    today: float | None
    marks: tuple[Mark, ...]


def line_of(
    agreement: Agreement, commitments: list[Commitment], today: dt.date, kept: Collection[int] = ()
) -> Line:
    """The line from the first signature or start to the end or the last due day; `kept` are ids of commitments."""
    days = [agreement.starts_on, agreement.ends_on, *(c.due_on for c in commitments)]
    days += [party.signed_on for party in agreement.parties if party.signed_on]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def at(day: dt.date) -> float:
        return round(min(max(100 * (day - first).days / span, 0), 100), 2)

    period = effective_period(agreement)
    start, end = (at(period[0]), at(period[1])) if period else (0.0, 0.0)
    marks = tuple(
        Mark(at(day), label, day, tone, day <= today)
        for day, label, tone in _days(agreement, commitments, kept)
    )
    label = _(
        "Du %(start)s au %(end)s",
        start=format_date(agreement.starts_on),
        end=format_date(agreement.ends_on),
    )
    inside = first <= today <= last
    return Line(label, start, round(end - start, 2), at(today) if inside else None, marks)


def _days(
    agreement: Agreement, commitments: list[Commitment], kept: Collection[int]
) -> list[tuple[dt.date, str, Tone]]:
    period, signed = effective_period(agreement), last_signature(agreement)
    found: list[tuple[dt.date, str, Tone]] = [(agreement.starts_on, _("Début convenu"), Tone.GREY)]
    if signed:
        found.append((signed, _("Dernière signature"), Tone.GREEN))
    if period:
        found.append((period[0], _("Entrée en vigueur"), Tone.GREEN))
    by_day: dict[dt.date, list[Commitment]] = {}
    for one in commitments:
        by_day.setdefault(one.due_on, []).append(one)
    for day, owed in by_day.items():
        is_kept = all(one.id in kept for one in owed)
        found.append((day, _owed(owed), Tone.GREEN if is_kept else Tone.AMBER))
    if agreement.ended_on:
        found.append((agreement.ended_on, _("Dernier jour d'effet"), Tone.RED))
    found.append((agreement.ends_on, _("Fin convenue"), Tone.GREY))
    return _merged(found)


def _owed(commitments: list[Commitment]) -> str:
    """The articles that are due on one day, each named once."""
    *others, last = dict.fromkeys(one.article for one in commitments)
    articles = _("%(list)s et %(last)s", list=_(", ").join(others), last=last) if others else last
    return ngettext(
        "Échéance d'engagement : article %(articles)s",
        "Échéance d'engagement : articles %(articles)s",
        len(others) + 1,
        articles=articles,
    )


def _merged(days: list[tuple[dt.date, str, Tone]]) -> list[tuple[dt.date, str, Tone]]:
    """One entry a day, in order; the last thing said that is not grey gives the tone."""
    found: dict[dt.date, tuple[str, Tone]] = {}
    for day, label, tone in days:
        before = found.get(day)
        found[day] = (
            (f"{before[0]} · {label}", before[1] if tone is Tone.GREY else tone) if before else (label, tone)
        )
    return [(day, *found[day]) for day in sorted(found)]
