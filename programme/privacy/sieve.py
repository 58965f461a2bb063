"""A first look at millions of texts: those that may tell of a person are few, and only they are read closely.

It lets pass whatever `Traces.are_in` would find: each letter stands for all that folding makes of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from programme.base.folding import fold
from programme.privacy.traces import Traces

_MARKS = "[\u0300-\u036f\u0610-\u061a\u0621\u0640\u064b-\u065f\u0670\u0674\u200b-\u200f\u202a-\u202e\u2060-\u2069]*"
"""Signs that folding drops, between any two letters."""
_BETWEEN = r"[\W_\u0621\u0640]{0,3}"
"""What may stand between the digits of a number, or the words of a joined name."""
_SHAPES = re.compile("[\ufb50-\ufefc\uff00-\uffef]|\\\\u0")
"""Shapes of letters, letters of another width and JSON's escapes: such a text passes, to be read."""


def _variants() -> dict[str, str]:
    """By folded letter, every letter of our scripts that folding makes it, or a text that holds it."""
    found: dict[str, set[str]] = {}
    for code in (*range(0x30, 0x250), *range(0x620, 0x700)):
        letter = chr(code)
        folded = fold(letter) if unicodedata.category(letter)[0] in "LN" else ""
        for one in folded:
            found.setdefault(one, set()).add(letter.lower())
    return {one: "".join(sorted(letters)) for one, letters in found.items()}


_VARIANTS = _variants()


def sieve(traces: Traces) -> Callable[[str], bool]:
    """Whether a text may tell of the person; the answer is no for nearly every text of anybody else."""
    wanted = [re.compile(_word(max(name, key=len))) for name in traces.names]
    wanted += [re.compile(_BETWEEN.join(map(_letter, one))) for one in (*traces.codes, *traces.phones)]
    wanted += [re.compile(_BETWEEN.join(map(_word, one.split()))) for one in traces.emails]

    def may_tell(text: str) -> bool:
        low = text.lower()
        return any(one.search(low) for one in wanted) or _SHAPES.search(low) is not None

    return may_tell


def _word(folded: str) -> str:
    return _MARKS.join(map(_letter, folded))


def _letter(folded: str) -> str:
    """A class of the letters that fold to this one; of a ligature (œ) the second half is there already."""
    known = _VARIANTS.get(folded, folded)
    return re.escape(folded) if known == folded else f"[{re.escape(known)}]" + ("?" if folded == "e" else "")
