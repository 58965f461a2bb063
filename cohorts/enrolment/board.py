"""The cohort board: who is here and who is missing, at a glance (LOOK.md, Cohort board)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g, url_for

from cohorts.enrolment import queries
from cohorts.enrolment.models import ACTIVE_STATES, Cohort, Enrolment, EnrolmentState, Seat
from cohorts.people.models import Person, Sex
from programme.base import clock, hours
from programme.base.language import gettext as _
from programme.base.measures import Moment
from programme.base.states import Tone
from regions.geography import queries as geography
from regions.geography.models import Province


@dataclass(frozen=True, slots=True)
class Word:
    """A state made on the way, as the chip macro takes it."""

    label: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Card:
    """One seat of the board; `seat` is None where nobody holds it yet."""

    number: int
    seat: Seat | None = None
    members: Sequence[Enrolment] = ()
    minutes: int = 0
    goal: int = 0
    places: int = 4

    @property
    def people(self) -> list[Person]:
        return [one.person for one in self.members]

    @property
    def missing(self) -> int:
        """Places that nobody takes."""
        return max(self.places - len(self.members), 0)

    @property
    def to_confirm(self) -> int:
        return sum(one.state is EnrolmentState.NOMINATED for one in self.members)

    @property
    def state(self) -> Word | None:
        """What this seat waits for, nothing where all is well."""
        if self.seat is None:
            return None
        if self.to_confirm:
            return Word(_("à confirmer"), Tone.BLUE)
        if self.missing:
            return Word(_("manque %(n)s", n=self.missing), Tone.AMBER)
        return None


@dataclass(slots=True)
class Board:
    """Cards and the counts of the header."""

    cohort: Cohort
    cards: list[Card]
    provinces: Sequence[Province] = ()
    is_whole: bool = True
    """Whether the reader sees the cohort itself, and not only some of its seats."""
    asked: Mapping[str, str] = field(default_factory=dict)
    _by_sex: Counter[str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def held(self) -> list[Card]:
        """The cards that an association holds."""
        return [card for card in self.cards if card.seat is not None]

    @property
    def members(self) -> list[Enrolment]:
        return [one for card in self.cards for one in card.members]

    def by_sex(self, sex: str) -> int:
        """Persons of one sex; `""` for those whose sex is not stated (RULES C7)."""
        if self._by_sex is None:  # the head and the figure ask seven times about 120 persons
            self._by_sex = Counter(one.person.sex.value if one.person.sex else "" for one in self.members)
        return self._by_sex[sex]

    @property
    def places(self) -> int:
        return self.cohort.places * len(self.held)

    @property
    def missing(self) -> int:
        """Places that nobody takes in the seats that an association holds."""
        return sum(card.missing for card in self.held)

    @property
    def free(self) -> int:
        """Places that nobody takes, those of vacant seats too: what the filter of that name shows."""
        return sum(card.missing for card in self.cards)

    @property
    def to_confirm(self) -> int:
        return sum(card.to_confirm for card in self.held)

    @property
    def without_id(self) -> int:
        return sum(one.person.lacks_national_id for one in self.members)

    @property
    def seats_left(self) -> int:
        """Seats that nobody holds yet, as far as the whole cohort is seen."""
        return max(self.cohort.seats_target - len(self.held), 0) if self.is_whole else 0

    def covered(self) -> list[tuple[Province, int]]:
        """(province, seats) of each province of the region, those without a seat too."""
        counted: dict[int | None, int] = {}
        for card in self.held:
            assert card.seat is not None
            place = card.seat.association.province_id
            counted[place] = counted.get(place, 0) + 1
        return [(one, counted.get(one.id, 0)) for one in self.provinces]

    def is_dim(self, card: Card) -> bool:
        """Whether the filters leave this card out: dimmed, never hidden."""
        province, show = self.asked.get("province"), self.asked.get("show")
        place = card.seat.association.province if card.seat else None
        if province and (place is None or place.code != province):
            return True
        fits = {
            "missing": card.seat is None or card.missing > 0,
            "nominated": card.to_confirm > 0,
            "women": any(one.sex is Sex.F for one in card.people),
            "unstated": any(one.sex is None or one.lacks_national_id for one in card.people),
        }
        return show in fits and not fits[show]

    def filters(self) -> list[dict[str, Any]]:
        """Chips: what to show, then the provinces that are covered."""
        found = [
            self._chip("show", "missing", _("Places libres"), self.free),
            self._chip("show", "nominated", _("À confirmer"), self.to_confirm),
            self._chip("show", "women", _("Avec des femmes"), None),
            self._chip("show", "unstated", _("Données manquantes"), None),
        ]
        for place, count in self.covered():
            if count or self.asked.get("province") == place.code:
                found.append(self._chip("province", place.code, str(place.name), count))
        return found

    def _chip(self, key: str, value: str, label: str, count: int | None) -> dict[str, Any]:
        active = self.asked.get(key) == value
        asked: dict[str, Any] = {**self.asked, key: None if active else value}
        href = url_for("cohorts.enrolment.show", cohort_id=self.cohort.id, **asked)
        return {"label": label, "href": href, "active": active, "count": count}


def board_of(cohort: Cohort, arguments: Mapping[str, str]) -> Board:
    """The board of a cohort in the reader's scope, in a fixed number of statements."""
    seats = queries.seats(g.scope, cohort)
    members: dict[int, list[Enrolment]] = {}
    for one in queries.seated(g.scope, cohort):
        members.setdefault(one.seat_id, []).append(one)
    today = clock.today()
    attended = hours.minutes_by_enrolment([cohort.id], Moment(today, today))
    goal = queries.curriculum_minutes([cohort.id]).get(cohort.id, 0) * cohort.places
    cards = [
        Card(
            seat.number,
            seat,
            members.get(seat.id, []),
            sum(attended.get(one.id, 0) for one in members.get(seat.id, [])),
            goal,
            cohort.places,
        )
        for seat in seats
    ]
    is_whole = queries.runs_whole_cohort(g.scope, cohort)
    if is_whole:
        last = max((card.number for card in cards), default=0)
        cards += [
            Card(last + n, places=cohort.places) for n in range(1, cohort.seats_target - len(cards) + 1)
        ]
    provinces = geography.provinces_of(g.scope, cohort.region) if is_whole else ()
    asked = {key: arguments[key][:20] for key in ("show", "province") if arguments.get(key)}
    return Board(cohort, cards, provinces, is_whole, asked)


def active(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """Those that hold a place."""
    return [one for one in enrolments if one.state in ACTIVE_STATES]
