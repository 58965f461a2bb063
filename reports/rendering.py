"""From a document to bytes in one of the formats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports.definition import Document
from reports.excel import render_xlsx
from reports.pdf import render_pdf
from reports.plain import render_csv, render_json

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_RENDERERS: dict[str, Callable[[Document], bytes]] = {
    "xlsx": render_xlsx,
    "csv": render_csv,
    "json": render_json,
}


def emblem_in(instance: Path) -> Path | None:
    """The emblem of the letterhead, where the installation has one."""
    return next((path for name in ("emblem.png", "emblem.jpg") if (path := instance / name).is_file()), None)


def render(document: Document, kind: str, instance: Path) -> bytes:
    """The document as `pdf`, `xlsx`, `csv` or `json`, in the reader's language."""
    if kind == "pdf":
        return render_pdf(document, emblem_in(instance))
    return _RENDERERS[kind](document)
