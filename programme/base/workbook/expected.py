"""What a cell of a column is expected to hold, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable

from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.workbook.columns import ColumnKind, ImportColumn, comparable, words_of

FORMATS = {
    ColumnKind.TEXT: _l("texte"),
    ColumnKind.NAME: _l("texte"),
    ColumnKind.CODE: _l("code, tel quel"),
    ColumnKind.INTEGER: _l("nombre entier"),
    ColumnKind.PERCENT: _l("pourcentage, de 0 à 100"),
    ColumnKind.HOURS: _l("heures, comme 3 ou 2,5"),
    ColumnKind.MONEY: _l("montant en dirhams, comme 150000 ou 150000,50"),
    ColumnKind.DATE: _l("date : JJ/MM/AAAA ou AAAA-MM-JJ"),
    ColumnKind.YES_NO: _l("oui ou non"),
    ColumnKind.CHOICE: _l("une valeur de la liste"),
    ColumnKind.EMAIL: _l("adresse électronique"),
    ColumnKind.PHONE: _l("numéro de téléphone"),
    ColumnKind.NATIONAL_ID: _l("numéro de la carte nationale"),
    ColumnKind.LIST: _l("codes séparés par des points-virgules"),
}


def expected(column: ImportColumn) -> str:
    """The form of a value, or the values to choose from; said to be needed where it is."""
    form = " / ".join(str(one) for one in column.choices) or str(FORMATS[ColumnKind(column.kind)])
    return _("%(form)s (obligatoire)", form=form) if column.required else form


def expected_by_header(columns: Iterable[ImportColumn], headers: Iterable[str | None]) -> dict[str, str]:
    """What the columns that these headers name are expected to hold, by header."""
    words = words_of(list(columns))
    named = {header: words.get(comparable(header)) for header in headers if header}
    return {header: expected(column) for header, column in named.items() if column is not None}
