"""The smallest pieces of pages, which every row of a list repeats: drawings, names, codes, phones.

They are functions, not macros of templates: a page of 25 rows calls several hundred of them, and a macro costs about
ten times a function. The files of templates/macros that describe them hand them on under their old names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from programme.base.language import Bilingual
from programme.base.language import gettext as _

DIRECTION = {"ar": "rtl", "fr": "ltr"}


@lru_cache(maxsize=2048)
def drawing(sprite: str, name: str, flip: bool = False) -> Markup:
    """One drawing of the file at `sprite`, silent for screen readers; `flip` for what turns round in Arabic."""
    flips = " icon-flip" if flip else ""
    return Markup(  # noqa: S704 - what stands in it is escaped
        f'<svg class="icon{flips}" aria-hidden="true" focusable="false">'
        f'<use href="{escape(sprite)}#{escape(name)}"></use></svg>'
    )


def _in_reader(value: Any) -> tuple[str, str, str]:
    """(attributes, text, text in the other language) of a Bilingual; of anything else its text alone."""
    if not isinstance(value, Bilingual):
        lang = getattr(value, "lang", None)
        marked = f' lang="{lang}" dir="{DIRECTION[lang]}"' if lang in DIRECTION else ""
        return marked, str(escape(value)), str(escape(getattr(value, "other", "") or ""))
    text, lang, second = value.spoken()
    return f' lang="{lang}" dir="{DIRECTION[lang]}"', str(escape(text)), str(escape(second))


def name(value: Any, href: str | None = None) -> Markup:
    """A name in the reader's language, isolated from what stands around it; a link where `href` is given."""
    marked, text, _second = _in_reader(value)
    return Markup(_linked(f"<bdi{marked}>{text}</bdi>", href))  # noqa: S704 - what stands in it is escaped


def other(value: Any) -> Markup:
    """A name in the language that is not read, small; nothing where there is none."""
    marked, _text, second = _in_reader(value)
    return Markup(_beside(marked, second))  # noqa: S704 - what stands in it is escaped


def both(value: Any, href: str | None = None) -> Markup:
    """A name in the reader's language large, in the other one small beside it."""
    marked, text, second = _in_reader(value)
    first = _linked(f"<bdi{marked}>{text}</bdi>", href)
    return Markup(  # noqa: S704 - what stands in it is escaped
        f'<span class="name-both">{first} {_beside(marked, second)}</span>'
    )


def code(text: Any) -> Markup:
    """A code, reference or file name, left to right; nothing for nothing."""
    return Markup(f'<bdi class="code" dir="ltr">{escape(text)}</bdi>' if text else "")  # noqa: S704


def phone(text: Any) -> Markup:
    """A formatted phone as a link that calls, left to right; nothing for nothing."""
    if not text:
        return Markup("")
    called = escape(str(text).replace(" ", ""))
    return Markup(  # noqa: S704 - what stands in it is escaped
        f'<a href="tel:{called}"><bdi class="ltr" dir="ltr">{escape(text)}</bdi></a>'
    )


def sex_mark(sex: Any) -> Markup:
    """F or M in a small circle, the word for screen readers; nothing where the sex is not known."""
    value = getattr(sex, "value", sex)
    if not value:
        return Markup("")
    letter, word = (_("F"), _("femme")) if value == "F" else (_("M"), _("homme"))
    return Markup(  # noqa: S704 - what stands in it is escaped
        f'<span class="sex sex-{escape(value)}"><span aria-hidden="true">{escape(letter)}</span>'
        f'<span class="visually-hidden">{escape(word)}</span></span>'
    )


def letters(name: Any) -> Markup:
    """The first letters of the first and the last word of a name, kept from joining each other in Arabic."""
    words = str(name).split()
    first = escape(_letter(words[0])) if words else ""
    last = f"&#8204;{escape(_letter(words[-1]))}" if len(words) > 1 else ""
    return Markup(f"{first}{last}")  # noqa: S704 - what stands in it is escaped


def initials(name: Any, sex: Any = None) -> Markup:
    """Two letters in a circle; the whole name for screen readers and under the pointer."""
    whole = escape(name)
    return Markup(  # noqa: S704 - what stands in it is escaped
        f'<span class="initials" title="{whole}"><span aria-hidden="true">{letters(name)}</span>'
        f'<span class="visually-hidden">{whole}</span>{sex_mark(sex)}</span>'
    )


def _letter(word: str) -> str:
    """The letter that a word is known by: in Arabic the one after the article."""
    return (word[2:] if word.startswith("ال") and len(word) > 4 else word)[:1].upper()


def _linked(text: str, href: str | None) -> str:
    return f'<a href="{escape(href)}">{text}</a>' if href else text


def _beside(marked: str, second: str) -> str:
    if not second:
        return ""
    turned = "fr" if ' lang="ar"' in marked else "ar"
    return f'<bdi class="name-other" lang="{turned}" dir="{DIRECTION[turned]}">{second}</bdi>'
