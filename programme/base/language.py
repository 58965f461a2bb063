"""Languages of the interface: gettext, direction, bilingual data, numbers and dates (DESIGN.md section 4)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

import flask_babel
from babel import Locale as BabelLocale
from babel import dates, numbers
from babel.support import NullTranslations
from flask.globals import app_ctx
from flask_babel.speaklater import LazyString

RABAT = "Africa/Casablanca"
NO_BREAK = "\u00a0"
_FIRST = re.compile(r"(?<!\d)1(?=\s[^\W\d])")


class Language(StrEnum):
    """The two languages people read; the value is the gettext and `lang` code."""

    AR = "ar"
    FR = "fr"

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML's `dir` takes it."""
        return "rtl" if self is Language.AR else "ltr"

    @property
    def babel(self) -> str:
        """The territory's locale: plain `ar` would give Gulf month names."""
        return f"{self.value}_MA"

    @property
    def other(self) -> Language:
        return Language.FR if self is Language.AR else Language.AR

    @property
    def own_name(self) -> str:
        return "العربية" if self is Language.AR else "Français"


DEFAULT = Language.FR
_LOCALES = {one: BabelLocale.parse(one.babel) for one in Language}


class _Spoken:
    """The locale of a context with what is asked of it hundreds of times a page."""

    __slots__ = ("babel", "catalogue", "language")

    def __init__(self, babel: BabelLocale) -> None:
        self.babel = babel
        self.language = Language(babel.language)
        self.catalogue = flask_babel.get_domain().get_translations()


def _spoken() -> _Spoken | None:
    """What flask-babel would find, kept in its own context until the locale changes there; None outside one."""
    try:
        context = app_ctx._get_current_object()  # type: ignore[attr-defined]
    except RuntimeError:
        return None
    state: Any = getattr(context.g, "_flask_babel", None)
    known: _Spoken | None = getattr(state, "house_spoken", None)
    if known is not None and known.babel is getattr(state, "babel_locale", None):
        return known
    locale = flask_babel.get_locale()
    found = _Spoken(locale)
    context.g._flask_babel.house_spoken = found
    return found


def language() -> Language:
    """The reader's language: the request's, the one of `speaking`, or French outside both."""
    spoken = _spoken()
    return spoken.language if spoken is not None else DEFAULT


@contextmanager
def speaking(which: Language | str) -> Iterator[None]:
    """Answer in one language inside the block (commands, mails, reports in another language).

    Needs an application context.
    """
    with flask_babel.force_locale(Language(which).babel):
        yield


def gettext(message: str, **values: Any) -> str:
    """The message in the reader's language; ids are French."""
    spoken = _spoken()
    said = cast(str, spoken.catalogue.ugettext(message)) if spoken is not None else message
    return said % values if values else said


class _Counted(int):
    """A number inside a sentence: written as the reader's language groups thousands."""

    def __str__(self) -> str:
        return format_number(int(self))


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The right plural of the reader's language; `%(num)s` holds the number, as it is written there.

    The ids are French, where zero takes the singular: « 0 association ».
    """
    chosen = 1 if num == 0 and language() is Language.FR else num
    spoken = _spoken()
    catalogue = spoken.catalogue if spoken is not None else NullTranslations()
    said = cast(str, catalogue.ungettext(singular, plural, chosen))
    return said % {"num": _Counted(num), **values}


def lazy_gettext(message: str, **values: Any) -> str:
    """As `gettext`, but resolved when it is shown: for labels made at import time."""
    return cast(str, LazyString(gettext, message, **values))


_ = gettext
_l = lazy_gettext


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A datum in both languages; `str()` gives the reader's, else the other one."""

    ar: str | None
    fr: str | None

    def in_(self, which: Language) -> str:
        """The text in `which`, falling back to the other language, never None."""
        mine, others = (self.ar, self.fr) if which is Language.AR else (self.fr, self.ar)
        return mine or others or ""

    def __str__(self) -> str:
        return self.in_(language())

    def spoken(self) -> tuple[str, str, str]:
        """What `str()`, `lang` and `other` give, at once."""
        text = str(self)
        second = self.fr if text == self.ar else self.ar
        lang = "ar" if text == self.ar and self.ar else "fr"
        return text, lang, second if second and second != text else ""

    @property
    def other(self) -> str:
        """The text in the language not read, or empty where it is missing or the same."""
        return self.spoken()[2]

    @property
    def lang(self) -> str:
        """`lang` attribute of what `str()` gives."""
        return self.spoken()[1]


def _locale() -> BabelLocale:
    return _LOCALES[language()]


def format_date(day: dt.date | None, style: str = "long") -> str:
    """A date as the reader writes it: `long` 8 septembre 2023, `short` 08/09/2023; empty for None."""
    if day is None:
        return ""
    if style == "short":
        return day.strftime("%d/%m/%Y")
    return _day(day, style, language())


@lru_cache(maxsize=4096)
def _day(day: dt.date, style: str, which: Language) -> str:
    return _first(dates.format_date(day, style, locale=_LOCALES[which]))


def _first(said: str) -> str:
    """French says the first of a month « 1er septembre »; other days, and Arabic, as they are."""
    return _FIRST.sub("1er", said, count=1) if language() is Language.FR else said


def format_period(start: dt.date | None, end: dt.date | None) -> str:
    """Two dates as one period, either end open; French says a month and a year that both share once."""
    if start and end and start == end:
        return format_date(start)
    if start and end:
        return gettext("du %(start)s au %(end)s", start=_beginning(start, end), end=format_date(end))
    if start:
        return gettext("à partir du %(start)s", start=format_date(start))
    return gettext("jusqu'au %(end)s", end=format_date(end)) if end else ""


def _beginning(start: dt.date, end: dt.date) -> str:
    """The first day of a period, without what its last day says too."""
    if language() is Language.AR or start.year != end.year:
        return format_date(start)
    if start.month != end.month:
        return format_date(start, "d MMMM")
    return "1er" if start.day == 1 else str(start.day)


def format_instant(at: dt.datetime | None) -> str:
    """An instant in Rabat's time, to the minute."""
    if at is None:
        return ""
    said = dates.format_datetime(at, "d MMM y HH:mm", tzinfo=dates.get_timezone(RABAT), locale=_locale())
    return _first(said)


def format_number(value: float | int | None, digits: int = 0) -> str:
    """A number with the reader's separators and at most `digits` decimals; empty for None."""
    return "" if value is None else _written(value, f"#,##0{'.' if digits else ''}{'#' * digits}", language())


@lru_cache(maxsize=4096)
def _written(value: float | int, pattern: str, which: Language) -> str:
    """A number by a pattern of CLDR; a page writes the same small numbers over and over."""
    said: str = numbers.format_decimal(value, format=pattern, locale=_LOCALES[which])
    return said.replace("\u202f", NO_BREAK)


def format_percent(value: float | None, digits: int = 1) -> str:
    """A share (0.598) as 59,8 %; in Arabic isolated, so that the sign keeps its side wherever it stands."""
    if value is None:
        return ""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    number = _written(value * 100, pattern, language())
    said = f"{number}{NO_BREAK}%"
    return f"\u2066{said}\u2069" if language() is Language.AR else said


def format_hours(minutes: int | None) -> str:
    """Minutes as hours with at most two decimals, without the unit."""
    return format_number(minutes / 60, 2) if minutes is not None else ""


def format_mad(centimes: int | None) -> str:
    """Centimes as dirhams, two decimals only where they are needed."""
    if centimes is None:
        return ""
    text = format_number(centimes / 100, 2 if centimes % 100 else 0)
    return gettext("%(amount)s MAD", amount=text)
