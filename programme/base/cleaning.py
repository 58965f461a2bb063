"""Typed and imported values made clean: what looks wrong is kept and flagged (RULES A2, A5)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.ma import ice

from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused

Raw = str | int | float | None

_CONTROL = _l("Ce texte contient des caractères de contrôle ; ressaisissez-le.")
_TOO_LONG = _l("Ce texte dépasse %(max)s caractères.")
_NOT_A_DAY = _l("Date non reconnue : écrivez-la JJ/MM/AAAA ou AAAA-MM-JJ.")


class Unclean(Refused, ValueError):
    """Input that is refused whatever the field; `message` is in the reader's language.

    `message_id` is the (lazy) message without its `values`, for who wants to say it in another language.
    """

    def __init__(self, message_id: str, **values: object) -> None:
        text = str(message_id)
        super().__init__(text % values if values else text, code="unclean", status=400)
        self.message_id = message_id
        self.values = values


class Oddity(StrEnum):
    """Why a kept value looks wrong; stored beside it."""

    NATIONAL_ID = "national_id"
    PHONE = "phone"
    ICE = "ice"
    ICE_CHECK = "ice_check"
    RIB = "rib"
    RIB_CHECK = "rib_check"
    EMAIL = "email"

    @property
    def label(self) -> str:
        return _ODDITY_LABELS[self]


_ODDITY_LABELS = {
    Oddity.NATIONAL_ID: _l("Le numéro de CNIE a une forme inhabituelle."),
    Oddity.PHONE: _l("Le numéro de téléphone semble incorrect."),
    Oddity.ICE: _l("L'ICE n'a pas 15 chiffres."),
    Oddity.ICE_CHECK: _l("La clé de contrôle de l'ICE est fausse."),
    Oddity.RIB: _l("Le RIB n'a pas 24 chiffres."),
    Oddity.RIB_CHECK: _l("La clé du RIB est fausse."),
    Oddity.EMAIL: _l("L'adresse électronique semble incorrecte."),
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A value as it is used, beside what was typed; `flag` says why it looks wrong, if it does."""

    value: str | None
    raw: str | None
    flag: Oddity | None = None


NOTHING = Cleaned(None, None)

_MARKS = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# Copied from a PDF, Arabic often comes as drawn shapes: the letters behind them are wanted.
_SHAPES = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]+")
_DIGITS = {zero + i: str(i) for zero in (0x660, 0x6F0) for i in range(10)}
_SEPARATORS = re.compile(r"[\s.\-_/·،,'’‐-―]+")
# Cyrillic and Greek capitals that look Latin; an id card has Latin letters only.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXIJSABEZHIKMNOPTYX")
_NATIONAL_ID = re.compile("[A-Z]{1,2}[0-9]{5,7}")
_ISO_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LOCAL_DAY = re.compile("([0-9]{2})/([0-9]{2})/([0-9]{4})")
_YEARS = range(1900, 2101)
_HIDDEN = "••••"


def clean_text(raw: Raw, max_length: int, *, lines: bool = False) -> str:
    """Text for storing: NFC, one ordinary space between words, no direction or zero-width mark.

    Line ends are kept with `lines`, else they are spaces. Tatweel and vowel signs stay: they are spelling,
    and folding ignores them. Empty for None. Raises Unclean on NUL and other control characters, surrogates
    and non-characters (SQLite takes what PostgreSQL refuses), and beyond `max_length` characters.
    """
    text = _as_text(raw).replace("\r\n", "\n").replace("\r", "\n")
    if any(_is_refused(char) for char in text):
        raise Unclean(_CONTROL)
    text = _MARKS.sub("", text)
    text = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFC", text)
    parts = text.split("\n") if lines else [text]
    text = "\n".join(" ".join(part.split()) for part in parts).strip()
    if len(text) > max_length:
        raise Unclean(_TOO_LONG, max=max_length)
    return text


def fold_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as ASCII ones."""
    return text.translate(_DIGITS)


def clean_national_id(raw: Raw) -> Cleaned:
    """A Moroccan id card number as `AB123456`: one or two letters and five to seven digits, else flagged.

    Small letters, spaces, dots, full-width and look-alike letters are put right; anything else stays.
    """
    kept = _kept(raw)
    if kept is None:
        return NOTHING
    value = _compact(kept).upper().translate(_LOOK_ALIKES)
    if not value:
        return Cleaned(None, kept)
    return Cleaned(value, kept, None if _NATIONAL_ID.fullmatch(value) else Oddity.NATIONAL_ID)


def clean_phone(raw: Raw) -> Cleaned:
    """A phone number as E.164 (`+212612345678`); without a country code it is Moroccan.

    What is no valid number keeps its digits as typed and is flagged.
    """
    kept = _kept(raw)
    if kept is None:
        return NOTHING
    text = fold_digits(unicodedata.normalize("NFKC", clean_text(kept, len(kept) * 4)))
    try:
        number = phonenumbers.parse(text, "MA")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        return Cleaned(_SEPARATORS.sub("", text) or None, kept, Oddity.PHONE)
    return Cleaned(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), kept)


@lru_cache(maxsize=4096)
def format_phone(e164: str | None) -> str:
    """A phone for reading: `06 12 34 56 78` for Moroccan ones, international for others, as it is if odd."""
    if not e164 or not e164.startswith("+"):
        return e164 or ""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    if not phonenumbers.is_valid_number(number):
        return e164
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        number, style.NATIONAL if number.country_code == 212 else style.INTERNATIONAL
    )


def clean_ice(raw: Raw) -> Cleaned:
    """An ICE as 15 digits; another length or a failing check is a warning (RULES A2).

    A spreadsheet drops leading zeros: they are put back where the check then holds.
    """
    kept = _kept(raw)
    if kept is None:
        return NOTHING
    value = _compact(kept)
    if re.fullmatch("[0-9]{10,14}", value) and ice.is_valid(value.zfill(15)):
        value = value.zfill(15)
    if not re.fullmatch("[0-9]{15}", value):
        return Cleaned(value or None, kept, Oddity.ICE if value else None)
    return Cleaned(value, kept, None if ice.is_valid(value) else Oddity.ICE_CHECK)


def clean_rib(raw: Raw) -> Cleaned:
    """A RIB as 24 digits, the last two its key (the whole is a multiple of 97); else flagged."""
    kept = _kept(raw)
    if kept is None:
        return NOTHING
    value = _compact(kept)
    if not re.fullmatch("[0-9]{24}", value):
        return Cleaned(value or None, kept, Oddity.RIB if value else None)
    return Cleaned(value, kept, None if int(value) % 97 == 0 else Oddity.RIB_CHECK)


def clean_email(raw: Raw) -> Cleaned:
    """An address in small letters without marks or spaces around it; flagged when it cannot be one."""
    kept = _kept(raw)
    if kept is None:
        return NOTHING
    value = clean_text(kept, len(kept) * 4).lower()
    if not value:
        return Cleaned(None, kept)
    try:
        address = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Cleaned(value, kept, Oddity.EMAIL)
    return Cleaned(address.normalized.lower(), kept)


def parse_day(text: str | dt.date | None) -> dt.date | None:
    """A day written YYYY-MM-DD or DD/MM/YYYY, nothing else; digits may be Arabic. None when empty.

    A date or datetime (a spreadsheet's cell) gives its day. Raises Unclean, also outside 1900 to 2100.
    """
    if isinstance(text, dt.datetime):
        return text.date()
    if text is None or isinstance(text, dt.date):
        return text
    plain = fold_digits(clean_text(text, 1000))
    if not plain:
        return None
    if found := _ISO_DAY.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _LOCAL_DAY.fullmatch(plain):
        day, month, year = (int(part) for part in found.groups())
    else:
        raise Unclean(_NOT_A_DAY)
    try:
        parsed = dt.date(year, month, day)
    except ValueError:
        raise Unclean(_NOT_A_DAY) from None
    if year not in _YEARS:
        raise Unclean(_NOT_A_DAY)
    return parsed


def mask_national_id(value: str | None) -> str:
    """`AB123456` as `AB••••56`; always four dots, and nothing but dots for a value too short to hide in."""
    if not value:
        return ""
    if len(value) < 6:
        return _HIDDEN
    letters = re.match("[^0-9]{0,2}", value)
    return f"{letters[0] if letters else ''}{_HIDDEN}{value[-2:]}"


def _as_text(raw: Raw) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def _kept(raw: Raw) -> str | None:
    """What is kept beside the value: as typed, but never what the database would refuse."""
    text = _as_text(raw)
    if any(_is_refused(char) for char in text):
        raise Unclean(_CONTROL)
    return text if text.strip() else None


def _compact(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _MARKS.sub("", text))
    return _SEPARATORS.sub("", fold_digits(plain))


def _is_refused(char: str) -> bool:
    """Control characters but tab and line end, surrogates and non-characters."""
    code = ord(char)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return char not in "\t\n\r"
    return 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code < 0xFDF0
