"""By what a person is recognised in a text, however it is written, and the text without it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from programme.base.folding import fold
from programme.base.journal import HIDDEN

_fold = fold.__wrapped__  # texts of every sort pass here once: they would push the names out of its memory
_JOINED = re.compile(r"^[وفبلك](?=\w{3})")
"""And, then, by, for, like: Arabic writes them with the word that follows."""
_RUN = re.compile(r"[0-9][0-9 ]{6,}")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"\+?[0-9٠-٩۰-۹(][0-9٠-٩۰-۹ ().\-/\u00a0\u202f]{6,}[0-9٠-٩۰-۹]")
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")
_SHORTEST, _PHONE_DIGITS = 6, 9


@dataclass(frozen=True, slots=True)
class Traces:
    """Names as sets of folded words, codes and joined names without spaces, phones and addresses."""

    names: tuple[frozenset[str], ...]
    codes: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]

    @classmethod
    def of(
        cls,
        names: Iterable[str | None],
        codes: Iterable[str | None] = (),
        phones: Iterable[str | None] = (),
        emails: Iterable[str | None] = (),
    ) -> Traces:
        """What is not given, or too short to tell anybody, is left out."""
        given = [fold(name) for name in names if name]
        told = sorted({frozenset(name.split()) for name in given if name}, key=sorted)
        joined = {name.replace(" ", "") for name in given if len(name.split()) > 1}
        cards = {_joined(code) for code in codes if code}
        digits = {"".join(filter(str.isdigit, fold(phone)))[-_PHONE_DIGITS:] for phone in phones if phone}
        return cls(
            tuple(told),
            tuple(sorted(one for one in joined | cards if len(one) >= _SHORTEST)),
            tuple(sorted(one for one in digits if len(one) >= _SHORTEST)),
            tuple(sorted({fold(email) for email in emails if email and "@" in email})),
        )

    def are_in(self, text: str) -> bool:
        """Whether `text` tells of the person: all words of a name in any order, a number, an address."""
        folded = _fold(_unescaped(text))
        if any(email in folded for email in self.emails):
            return True
        joined = folded.replace(" ", "")
        if any(code in joined for code in self.codes):
            return True
        if self.phones and any(phone in run for run in _runs(folded) for phone in self.phones):
            return True
        return any(self._is_named(name, folded) for name in self.names)

    def only_named_in(self, text: str) -> bool:
        """Whether nothing but the name tells of the person in `text`: somebody else may be called so."""
        numbers = Traces(
            (), tuple(one for one in self.codes if any(map(str.isdigit, one))), self.phones, self.emails
        )
        return self.are_in(text) and not numbers.are_in(text)

    @staticmethod
    def _is_named(name: frozenset[str], folded: str) -> bool:
        if not all(word in folded for word in name):
            return False
        words = folded.split()
        known = {*words, *(_JOINED.sub("", word) for word in words)}
        return name <= known

    def masked(self, text: str) -> str:
        """`text` with the person taken out of it; all of it is masked where taking out words is not enough."""
        if not self.are_in(text):
            return text
        if text[:1] in "{[":
            try:
                return json.dumps(self._masked_value(json.loads(text)), ensure_ascii=False, sort_keys=True)
            except ValueError:
                pass
        made = _NUMBER.sub(lambda found: HIDDEN if self.are_in(found[0]) else found[0], text)
        made = _WORD.sub(lambda found: self._masked_word(found[0]), made)
        return HIDDEN if self.are_in(made) else re.sub(rf"{HIDDEN}(\s+{HIDDEN})+", HIDDEN, made)

    def _masked_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, dict):
            return {key: self._masked_value(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._masked_value(one) for one in value]
        return value

    def _masked_word(self, word: str) -> str:
        folded = _fold(word)
        if any(email in folded for email in self.emails):
            return HIDDEN
        joined = folded.replace(" ", "")
        if any(code in joined for code in self.codes):
            return HIDDEN
        parts = {*folded.split(), *(_JOINED.sub("", one) for one in folded.split())}
        return HIDDEN if any(parts & name for name in self.names) else word


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")


def _runs(folded: str) -> Iterator[str]:
    return (found[0].replace(" ", "") for found in _RUN.finditer(folded))


def _unescaped(text: str) -> str:
    """JSON that writes Arabic as \\u0641 … reads as the letters themselves."""
    if "\\u" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[0][2:], 16)), text)
