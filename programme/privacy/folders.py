"""What of a person stands in the folders of the instance: mails, workbooks handed in, exports, uploads."""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from programme.privacy.traces import Traces

LARGEST = 64 * 1024 * 1024
"""Bytes of one unpacked file that are looked at."""


def tells(data: bytes, traces: Traces) -> bool:
    """Whether a file's readable content tells of the person: text, mail, or the parts of a Word or Excel file.

    Pictures, scans and the drawn text of a PDF cannot be read here: who decides looks at them.
    """
    return any(traces.are_in(text) for text in _texts(data))


def _texts(data: bytes) -> Iterator[str]:
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                for entry in package.infolist():
                    if entry.file_size <= LARGEST:
                        yield package.read(entry).decode("utf-8", "replace")
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
            pass
    for code in ("utf-8", "utf-16-le") if b"\0" in data[:4096] else ("utf-8",):
        yield data.decode(code, "replace")


def mails(folder: Path, traces: Traces) -> list[Path]:
    """The mails kept in `folder` that are to the person or tell of them."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        told = [str(message["To"]), str(message["Subject"]), str(body.get_content()) if body else ""]
        if any(traces.are_in(one) for one in told):
            found.append(path)
    return found


def drafts(folder: Path, traces: Traces) -> list[Path]:
    """Workbooks between preview and import that tell of the person."""
    return [path for path in sorted(folder.glob("*.part")) if tells(path.read_bytes(), traces)]


def prepared(folder: Path) -> list[Path]:
    """Every prepared export: they can be asked for again, and a PDF's text cannot be searched."""
    return sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
