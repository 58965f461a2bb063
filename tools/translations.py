"""The texts of the interface: collect them from code and templates, keep the Arabic catalogue complete.

python -m tools.translations           collect, bring the catalogue up to date, list what is missing
python -m tools.translations --check   change nothing; exit 1 with the list when something is missing
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "programme/translations/ar/LC_MESSAGES/messages.po"
# `N_` marks a text that is translated later; `_l` and `lazy_gettext` are resolved when shown.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
ARABIC_FORMS = 6
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdfr]|%%")


def collected() -> Catalog:
    """Every text marked for translation in the packages and templates, with the files it stands in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")  # type: ignore[no-untyped-call]
    found = Catalog(project="programme", charset="utf-8", fuzzy=False)
    for file, line, message, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, locations=[(Path(file).as_posix(), line)], auto_comments=comments, context=context)
    return found


def catalogue() -> Catalog:
    """The Arabic catalogue as it is on disk; empty where there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="ar", project="programme", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ar")


def _forms(text: object) -> tuple[str, ...]:
    return tuple(str(part) for part in text) if isinstance(text, list | tuple) else (str(text or ""),)


def _placeholders_kept(source: Message, translated: Message) -> bool:
    """Each Arabic form uses only the placeholders of the French text, and a lone form all of them.

    A plural form may leave out the number: «متدرب واحد» says it in a word.
    """
    ids = _forms(source.id)
    wanted = set().union(*(PLACEHOLDER.findall(text) for text in ids))
    forms = [set(PLACEHOLDER.findall(text)) for text in _forms(translated.string)]
    if len(ids) == 1:
        return forms == [wanted]
    return all(form <= wanted and wanted - form <= {"%(num)s", "%(num)d"} for form in forms)


def problems(source: Catalog, translated: Catalog) -> Iterator[str]:
    """One line for each text that an Arabic reader would not get right: missing, fuzzy, mismatched."""
    for message in source:
        if not message.id:
            continue
        ids = _forms(message.id)
        found = translated.get(ids[0], message.context)
        forms = _forms(found.string) if found is not None else ()
        if found is None or not all(forms):
            yield f"missing: {ids[0]!r} ({message.locations[0][0] if message.locations else 'code'})"
        elif found.fuzzy:
            yield f"fuzzy: {ids[0]!r}"
        elif len(forms) != (ARABIC_FORMS if len(ids) > 1 else 1):
            yield f"{len(forms)} form(s) where Arabic needs {ARABIC_FORMS if len(ids) > 1 else 1}: {ids[0]!r}"
        elif not _placeholders_kept(message, found):
            yield f"placeholders differ: {ids[0]!r}"


def update() -> Catalog:
    """Merge what the code says into the catalogue, without guesses; answer the catalogue written."""
    current = catalogue()
    current.update(collected(), no_fuzzy_matching=True)
    current.fuzzy = False
    buffer = io.BytesIO()
    write_po(buffer, current, width=110, sort_output=True, include_lineno=False)
    if not CATALOGUE.exists() or buffer.getvalue() != CATALOGUE.read_bytes():
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_bytes(buffer.getvalue())
    return current


def main(arguments: list[str]) -> int:
    """Run the command line; 1 when the catalogue is not complete."""
    checking = arguments == ["--check"]
    listed = list(problems(collected(), catalogue() if checking else update()))
    sys.stdout.writelines(f"{line}\n" for line in listed)
    if listed:
        advice = "run `make translations`, then translate" if checking else "translate"
        sys.stdout.write(
            f"{len(listed)} text(s) are not ready in Arabic: {advice} them in {CATALOGUE.name}.\n"
        )
    return 1 if listed and checking else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
