"""Documents for the tests of renderers: one row of every kind, and what must not become a formula."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from flask_babel import Babel

from programme.base.language import Bilingual
from programme.base.states import Labelled, Tone
from reports.definition import Column, Document, Figure, Kind, Section, Series

AS_AT = dt.date(2025, 7, 31)


class State(Labelled):
    KEPT = "kept", "Tenu", Tone.GREEN
    LATE = "late", "En retard", Tone.RED


COLUMNS = (
    Column("code", "Code", Kind.CODE),
    Column("name", "Association", Kind.NAME, definition="Nom porté au récépissé"),
    Column("phone", "Téléphone", Kind.PHONE),
    Column("trainees", "Bénéficiaires", Kind.INTEGER, total=True),
    Column("hours", "Heures", Kind.HOURS, total=True),
    Column("rate", "Assiduité", Kind.PERCENT, total=True),
    Column("amount", "Montant", Kind.MONEY, total=True),
    Column("day", "Date", Kind.DATE),
    Column("state", "État", Kind.STATE),
    Column("reached", "Atteintes", Kind.BAR, total=True),
    Column("remark", "Remarque", Kind.TEXT),
)
NAME = Bilingual("جمعية الأمل", "Association Al Amal")
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        "03.231",
        NAME,
        "+212661234567",
        4,
        750,
        0.598,
        123456,
        dt.date(2025, 1, 2),
        State.KEPT,
        (3, 10),
        "=cmd()",
    ),
    ("03.061", NAME, "0535000000", 3, 600, 1.0, -5000, None, State.LATE, (7, None), "-2+3"),
)


def rows() -> Iterator[tuple[Any, ...]]:
    """A stream that can be read only once."""
    yield from ROWS


def document(**changes: Any) -> Document:
    """A report with everything in it."""
    whole = Document(
        name="progress",
        title="Avancement",
        reference="R-2025-000123",
        as_at=AS_AT,
        made_at=dt.datetime(2025, 8, 1, 9, 30, tzinfo=dt.UTC),
        sections=(Section("Associations : par province/préfecture", COLUMNS, rows(), note="Validées"),),
        facts=(("Région", "Fès-Meknès"),),
        figures=(Figure("Atteintes", 359, 600, "Associations distinctes"),),
        charts=(Series("Par région", ("Fès-Meknès", "Souss-Massa"), (359, 12), (600, 600)),),
        definitions=(("Noyau", "Formées directement"),),
        demonstration=True,
    )
    return replace(whole, **changes)


def table(columns: tuple[Column, ...] = COLUMNS, cells: Any = ROWS, title: str = "Table") -> Document:
    """A report that is one table and nothing else."""
    section = Section(title, columns, iter(cells))
    return document(sections=(section,), figures=(), charts=(), facts=(), definitions=(), demonstration=False)


def application() -> Flask:
    """The least application in which text has a language."""
    app = Flask("renderers")
    app.config["BABEL_DEFAULT_LOCALE"] = "fr_MA"
    Babel(app)
    return app
