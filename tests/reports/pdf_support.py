"""A reader's application without a database, and what a reader takes out of a PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask
import flask_babel
from babel.messages import mofile, pofile

from programme.base.language import speaking

CATALOGUE = Path(__file__).resolve().parents[2] / "programme/translations/ar/LC_MESSAGES/messages.po"
CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def make_app(folder: Path) -> flask.Flask:
    """A bare application that speaks both languages, its Arabic catalogue compiled in `folder`."""
    place = folder / "ar" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with CATALOGUE.open("rb") as source, (place / "messages.mo").open("wb") as target:
        mofile.write_mo(target, pofile.read_po(source, locale="ar"))
    app = flask.Flask("paper")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    flask_babel.Babel(app)
    return app


@contextmanager
def reader(app: flask.Flask, lang: str) -> Iterator[None]:
    """Inside, people read `lang`."""
    with app.app_context(), speaking(lang):
        yield


def text_of(pdf: bytes, folder: Path, page: int | None = None, layout: bool = False) -> str:
    """The text as a reader copies it (poppler), one blank between words, without direction marks."""
    file = folder / "taken.pdf"
    file.write_bytes(pdf)
    pages = ["-f", str(page), "-l", str(page)] if page else []
    command = ["pdftotext", *(["-layout"] if layout else []), *pages, str(file), "-"]
    found = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    lines = (" ".join(line.split()) for line in CONTROLS.sub("", found).splitlines())
    return "\n".join(line for line in lines if line)


def flowing(text: str) -> str:
    """The same as one line."""
    return " ".join(text.split())
