"""What an uploaded file is, by its content: never by its name, nor by what the browser says it is."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable

from programme.base.language import gettext as _
from programme.base.refusals import Refused

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENTRIES = 5000
"""Most parts of a Word or Excel file: a hundred pictures and more."""
WIDEST = 30_000
"""Most points of a picture's side, and `POINTS` of its surface: beyond them it is made to choke who opens it."""
POINTS = 150_000_000
_MAIN = {"xl/workbook.xml": (SPREADSHEET, ".xlsx"), "word/document.xml": (TEXT_DOCUMENT, ".docx")}
_ENTRY_MARK = b"PK\x01\x02"
_MACROS = re.compile(r"(^|/)vbaProject\.bin$", re.IGNORECASE)
_PDF_HEAD = re.compile(rb"%PDF-[0-9]\.[0-9]")
# The markers of a JPEG that carry its size: every start of frame, not the tables between them.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


def sniff(data: bytes) -> tuple[str, str]:
    """(media type, suffix) of a whole PDF, PNG, JPEG, xlsx or docx.

    Raises `Refused` (field `file`) for every other kind, for one of them that is cut off or damaged, for
    macros and for a picture of absurd size.
    """
    for start, look in _LOOKS.items():
        if data.startswith(start):
            try:
                return look(data)
            except Refused:
                raise
            except Exception:
                # Damaged files raise index, struct, value, zip and half a dozen other errors: one place for them.
                raise _refused(_("Fichier refusé : il est abîmé ou incomplet.")) from None
    raise _unknown()


def _refused(sentence: str) -> Refused:
    return Refused(sentence, "file")


def _unknown() -> Refused:
    return _refused(_("Fichier refusé : joignez un PDF, une image PNG ou JPEG, ou un fichier Word ou Excel."))


def _pdf(data: bytes) -> tuple[str, str]:
    if not _PDF_HEAD.match(data) or b"%%EOF" not in data:
        raise ValueError
    return "application/pdf", ".pdf"


def _png(data: bytes) -> tuple[str, str]:
    length, name, width, height = struct.unpack(">I4sII", data[8:24])
    if (length, name) != (13, b"IHDR") or b"IEND" not in data[-64 * 1024 :]:
        raise ValueError
    _check_size(width, height)
    return "image/png", ".png"


def _jpeg(data: bytes) -> tuple[str, str]:
    place = 2
    while True:
        if data[place] != 0xFF:
            raise ValueError
        marker = data[place + 1]
        if marker == 0xFF or marker in _BARE:  # filling, or a mark without content
            place += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            break
        if marker in (0xD9, 0xDA) or length < 2:
            raise ValueError
        place += 2 + length
    if data.rfind(b"\xff\xd9") < place:
        raise ValueError
    _check_size(width, height or 1)  # a height of 0 is told after the first scan: rare, and sound
    return "image/jpeg", ".jpg"


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError
    if max(width, height) > WIDEST or width * height > POINTS:
        raise _refused(_("Fichier refusé : cette image est trop grande pour être affichée."))


def _office(data: bytes) -> tuple[str, str]:
    """Word or Excel by the main part of the package, as Word and Excel themselves look for it."""
    if data.count(_ENTRY_MARK) > ENTRIES:
        raise _unknown()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        names = {entry.filename for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries):
            raise _refused(_("Fichier refusé : il est protégé par un mot de passe."))
        kinds = [kind for name, kind in _MAIN.items() if name in names]
        if len(kinds) != 1 or "[Content_Types].xml" not in names:
            raise _unknown()
        if any(_MACROS.search(name) for name in names):
            raise _refused(_("Fichier refusé : il contient des macros. Enregistrez-le sans elles."))
    return kinds[0]


_LOOKS: dict[bytes, Callable[[bytes], tuple[str, str]]] = {
    b"%PDF-": _pdf,
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"PK\x03\x04": _office,
}
