"""What an .xlsx must show before anything parses it: its zip directory, and no document type."""

from __future__ import annotations

import io
import stat
import zipfile

from programme.base.language import gettext as _
from programme.base.workbook.issues import NotAWorkbook

ENTRIES = 200
UNPACKED = 20 * 1024 * 1024
RATIO = 100
SMALL = 64 * 1024
"""Entries below this size may compress as well as they like: they cannot be a bomb."""

_ENTRY_MARK = b"PK\x01\x02"
_CODES = ("utf-8", "utf-16-le", "utf-16-be")
_DOCTYPES = [text.encode(code) for text in ("<!DOCTYPE", "<!ENTITY") for code in _CODES]


def check_package(data: bytes) -> None:
    """Raise `NotAWorkbook` for a bomb, a link, an encrypted entry, a document type or no workbook at all."""
    if data.count(_ENTRY_MARK) > 5 * ENTRIES:
        raise NotAWorkbook(_("Ce classeur contient trop d'éléments pour être lu (feuilles, images…)."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(package.infolist())
            _check_documents(package)
    except NotAWorkbook:
        raise
    except Exception as cause:
        # A damaged archive raises struct, zlib, zipfile, value and notimplemented errors alike.
        raise NotAWorkbook(broken()) from cause


def broken() -> str:
    return _("Ce fichier n'est pas un classeur lisible : il est abîmé ou incomplet.")


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise NotAWorkbook(_("Ce classeur contient trop d'éléments pour être lu (feuilles, images…)."))
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise NotAWorkbook(_("Ce classeur est trop volumineux une fois décompressé."))
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise NotAWorkbook(_("Ce classeur est compressé de façon anormale : il n'a pas été ouvert."))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise NotAWorkbook(_("Ce classeur contient un lien vers un fichier : il n'a pas été ouvert."))
        if entry.flag_bits & 1:
            raise NotAWorkbook(_("Ce classeur est protégé par un mot de passe : enlevez-le d'abord."))
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotAWorkbook(_("Ce fichier n'est pas un classeur Excel (.xlsx)."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotAWorkbook(_("Ce classeur contient des macros (.xlsm) : enregistrez-le en .xlsx."))


def _check_documents(package: zipfile.ZipFile) -> None:
    for entry in package.infolist():
        if entry.filename.startswith("xl/media/"):
            continue  # drawings may have one, and nothing here reads pictures
        content = package.read(entry).upper()
        if any(mark in content for mark in _DOCTYPES):
            raise NotAWorkbook(_("Ce classeur contient une déclaration interdite : il n'a pas été ouvert."))
