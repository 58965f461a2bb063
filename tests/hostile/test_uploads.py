"""Broken, disguised and hostile files handed in as evidence: kept as what they are, or refused in one sentence."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from fpdf import FPDF

from programme.base import files
from programme.base.access import Role
from programme.base.extensions import db
from programme.base.files import StoredFile
from programme.base.refusals import Refused
from programme.base.sniffing import sniff
from tests.access.world import World
from tests.base.workbook.files import xlsx
from tests.client import HouseClient
from tests.hostile.asking import sent_file
from tests.hostile.restoring import Restorer
from tests.scale import scaled

Clients = dict[Role, HouseClient]


def a_pdf() -> bytes:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.cell(text="Feuille de presence")
    return bytes(made.output())


def a_png(width: int = 2, height: int = 2) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_jpeg(width: int = 8, height: int = 8) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xda\x00\x02scan\xff\xd9"


def a_package(*names: str, content: bytes = b"<x/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in names:
            package.writestr(name, content)
    return made.getvalue()


SOUND = {"pdf": a_pdf, "png": a_png, "jpg": a_jpeg, "xlsx": lambda: xlsx([["a"]])}
HTML = b"<html><script>hxprobe()</script></html>"
REFUSED: dict[str, bytes] = {
    "signature alone, pdf": b"%PDF-1.7",
    "signature alone, png": b"\x89PNG\r\n\x1a\n",
    "signature alone, jpeg": b"\xff\xd8\xff",
    "signature alone, zip": b"PK\x03\x04",
    "cut pdf": a_pdf()[:400],
    "cut jpeg": a_jpeg()[:20],
    "wide png": a_png(2**31, 1),
    "huge png": a_png(29_999, 29_999),
    "huge jpeg": a_jpeg(65_000, 65_000),
    "no size": a_png(0, 5),
    "page": HTML,
    "drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="hxprobe()"/>',
    "programme": b"MZ\x90\0",
    "gif": b"GIF89a\x01\0\x01\0",
    "zip that speaks of xl/": a_package("readme.txt", content=b"xl/workbook.xml word/document.xml"),
    "zip with both": a_package("[Content_Types].xml", "xl/workbook.xml", "word/document.xml"),
    "macros": a_package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "java archive": a_package("META-INF/MANIFEST.MF", "xl/x.class"),
    "many entries": a_package(*(f"word/{number}" for number in range(5_001)), "word/document.xml"),
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "nothing": b"",
}
NAMES = {
    "تقرير الدورة.pdf": "تقرير الدورة.pdf",
    "C:\\Mes documents\\a.PDF": "a.PDF",
    "../../../etc/passwd": "passwd.pdf",
    "<script>hxprobe()<b>.html": "<script>hxprobe()<b>.html.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "x" * 400 + ".pdf": "x" * 200 + ".pdf",
    "=1+1.pdf": "=1+1.pdf",
    "...": "fichier.pdf",
}


@pytest.mark.parametrize("label", REFUSED)
def test_what_is_no_whole_paper_is_refused(world: World, label: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        files.keep(db.session, tmp_path, REFUSED[label], "a.pdf", None)
    assert (refusal.value.field, bool(refusal.value.message)) == ("file", True)
    assert not list(tmp_path.iterdir())
    db.session.rollback()


def test_sound_files_are_known_by_their_content() -> None:
    assert {name: sniff(make())[1] for name, make in SOUND.items()} == {name: f".{name}" for name in SOUND}
    polyglot = a_pdf() + HTML + a_package("index.html")
    assert sniff(polyglot) == ("application/pdf", ".pdf")
    assert sniff(a_package("[Content_Types].xml", "word/document.xml"))[1] == ".docx"


def test_names_are_kept_to_be_shown_and_never_to_be_obeyed(world: World, clients: Clients) -> None:
    """Handed in by the form, shown on the page, sent back with the name that they were given."""
    client, session_id = clients[Role.MINISTRY_OFFICER], world.mine.ids["session_id"]
    page = f"/sessions/{session_id}/evidence"
    with Restorer() as restorer:
        for given, shown in NAMES.items():
            typed = given.replace("\\", "\\\\").replace('"', "%22")
            answer = sent_file(client, page, a_pdf() + HTML, typed, {"title": "Feuille"})
            assert answer.status_code == 302, given
            newest = db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id.desc())).first()
            assert newest is not None
            assert newest.display_name == shown
            assert re.fullmatch("[0-9a-f]{32}[.]pdf", newest.stored_name)
            text = client.page(page)
            assert "<script>hxprobe" not in text
            door = re.findall(rf'href="({page}/[0-9]+)"', text)
            sent = [client.get(one) for one in door]
            for one in sent:
                assert one.mimetype == "application/pdf"
                assert one.headers["X-Content-Type-Options"] == "nosniff"
                assert one.headers["Content-Disposition"].startswith("attachment")
            headers = " ".join(unquote(one.headers["Content-Disposition"]) for one in sent)
            assert shown in headers
            for one in sent:
                one.close()
        restorer.restore()


def test_broken_files_never_break_a_page(world: World, clients: Clients) -> None:
    client, statuses, faults = clients[Role.MINISTRY_OFFICER], Counter[int](), []
    page = f"/sessions/{world.mine.ids['session_id']}/evidence"
    whole = {name: make() for name, make in SOUND.items()}
    whole["jpg"] += bytes(200)
    with Restorer() as restorer:
        for seed in range(scaled(20, 300)):
            noise = random.Random(seed)
            name = "pdf" if seed % 2 else noise.choice(sorted(whole))
            spoilt = bytearray(whole[name])
            for _place in range(noise.choice((1, 5, 60))):
                spoilt[noise.randrange(len(spoilt))] = noise.randrange(256)
            data = bytes(spoilt[: noise.choice((len(spoilt), len(spoilt), noise.randrange(1, len(spoilt))))])
            client.speak(("fr", "ar")[seed % 2])
            answer = sent_file(client, page, data, f"pièce {seed}.{name}", {"title": "x"})
            statuses[answer.status_code] += 1
            said = unescape(answer.get_data(as_text=True))
            is_told = answer.status_code == 302 or ("Fichier refusé" in said or "ملف مرفوض" in said)
            if answer.status_code not in (302, 422) or not is_told:
                faults.append(f"{name} {seed}: {answer.status_code}")
            restorer.restore()
    print(f"broken files: {dict(statuses)}")
    assert not faults, "\n".join(faults)
    assert statuses[302]
    assert statuses[422]
