"""From a document to bytes in one of the formats."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import IO

from reports.definition import Document
from reports.excel import write_xlsx
from reports.pdf import write_pdf
from reports.plain import write_csv, write_json

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
Write = Callable[[Document, IO[bytes]], None]
_WRITERS: dict[str, Write] = {"xlsx": write_xlsx, "csv": write_csv, "json": write_json}


def emblem_in(instance: Path) -> Path | None:
    """The emblem of the letterhead, where the installation has one."""
    return next((path for name in ("emblem.png", "emblem.jpg") if (path := instance / name).is_file()), None)


def render(document: Document, kind: str, instance: Path) -> bytes:
    """As `render_into`, in memory."""
    out = io.BytesIO()
    render_into(document, kind, instance, out)
    return out.getvalue()


def render_into(document: Document, kind: str, instance: Path, out: IO[bytes]) -> None:
    """Write the document as `pdf`, `xlsx`, `csv` or `json`, in the reader's language; rows are consumed once."""
    if kind == "pdf":
        write_pdf(document, out, emblem_in(instance))
    else:
        _WRITERS[kind](document, out)
