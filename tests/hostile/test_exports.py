"""Names that are formulas stay names in every file that leaves the house, and amounts and phones stay what they are."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from cohorts.enrolment.models import Cohort
from cohorts.sessions.models import Session
from programme.base.access import Role
from programme.base.extensions import db
from programme.base.workbook import kinds
from reports.catalogue import REPORTS
from tests.access.world import World
from tests.client import HouseClient
from tests.hostile.asking import sent_file
from tests.hostile.poison import MARK, poison
from tests.hostile.restoring import Restorer
from tests.scale import scaled

Clients = dict[Role, HouseClient]
FIRST = set("=+-@＝＋－＠\t\r\n")


@pytest.fixture(scope="module")
def poisoned(world: World) -> Iterator[World]:
    with Restorer() as restorer:
        assert poison() > 40
        yield world
        restorer.restore()


def _address(name: str, kind: str) -> str:
    """The report with the cohort and session of the world, whatever they are called now."""
    asked = {
        "region": "03",
        "cohort": db.session.scalar(sa.select(Cohort.code).order_by(Cohort.id).limit(1)),
        "session": db.session.scalar(sa.select(Session.code).order_by(Session.id.desc()).limit(1)),
    }
    wanted = {choice.value for choice in REPORTS[name].filters}
    return f"/reports/{name}.{kind}?{urlencode({key: text for key, text in asked.items() if key in wanted})}"


def _file(client: HouseClient, name: str, kind: str) -> bytes:
    answer = client.get(_address(name, kind))
    assert answer.status_code == 200, f"{name}.{kind}: {answer.status_code}"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return answer.data


def _faults_of_workbook(data: bytes) -> tuple[list[str], int]:
    """Cells and other places that a programme would compute, and how many hostile texts the workbook shows."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    faults, shown = [], 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                shown += MARK in str(cell.value or "")
                if cell.data_type == "f" or cell.hyperlink:
                    faults.append(f"{sheet.title}!{cell.coordinate}: {cell.value!r}")
                elif (
                    isinstance(cell.value, str) and cell.value.lstrip()[:1] in FIRST and not cell.quotePrefix
                ):
                    faults.append(f"{sheet.title}!{cell.coordinate} is not quoted: {cell.value!r}")
        for rule in sheet.data_validations.dataValidation:
            if MARK in f"{rule.formula1}{rule.prompt}{rule.error}":
                faults.append(f"{sheet.title}: {rule.formula1}")
    return faults, shown


def _faults_of_csv(data: bytes) -> tuple[list[str], int]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    bad = [cell for cell in cells if cell.lstrip()[:1] in FIRST and cell and MARK in cell]
    return bad, sum(MARK in cell for cell in cells)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_report_computes_a_name(poisoned: World, clients: Clients, language: str) -> None:
    client, faults, shown = clients[Role.MINISTRY_OFFICER], [], 0
    client.speak(language)
    for name in REPORTS:
        for kind, look in (("xlsx", _faults_of_workbook), ("csv", _faults_of_csv)):
            found, seen = look(_file(client, name, kind))
            faults += [f"{name}.{kind}: {one}" for one in found]
            shown += seen
        assert _file(client, name, "pdf").startswith(b"%PDF-")
        assert MARK in _file(client, name, "json").decode() or name == "progress"
    assert not faults, "\n".join(faults[:40])
    assert shown > 50


def test_the_workbook_with_its_faults_marked_computes_nothing(poisoned: World, clients: Clients) -> None:
    """What was typed into an import comes back coloured: from a CSV anew, from a workbook as text."""
    client = clients[Role.MINISTRY_OFFICER]
    client.speak("fr")
    typed = ["=1+1", " =1+1", "＝1", "@SUM(1)", "'=1"]
    data = "\r\n".join(["module;title_ar;hours", *(f"{one};{one};beaucoup" for one in typed)]).encode()
    page = sent_file(client, "/imports/modules", data, "=1+1.csv").get_data(as_text=True)
    token = page.split('name="token" value="')[1].split('"')[0]
    marked = client.post("/imports/modules/marked.xlsx", data={"token": token, "filename": "=1\r\n+1.csv"})
    assert marked.status_code == 200
    faults, _shown = _faults_of_workbook(marked.data)
    assert not faults
    for kind in kinds.kinds():
        template = client.get(f"/imports/{kind.name}/template.xlsx")
        assert not _faults_of_workbook(template.data)[0], kind.name


def test_libreoffice_shows_the_names_as_they_were_typed(
    poisoned: World, clients: Clients, tmp_path: Path, app: Flask
) -> None:
    """Another programme than ours opens workbook and CSV, and saves what it shows."""
    client = clients[Role.MINISTRY_OFFICER]
    client.speak("fr")
    for name in list(REPORTS)[-scaled(1, len(REPORTS)) :]:
        for kind in ("xlsx", "csv"):
            path = tmp_path / f"{name}.{kind}"
            path.write_bytes(_file(client, name, kind))
            folder = tmp_path / f"{name}-{kind}"
            command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office"]
            turned = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
            subprocess.run(
                [*command, "--convert-to", turned, "--outdir", str(folder), str(path)],
                check=True,
                capture_output=True,
                timeout=120,
            )
            text = "".join(one.read_text("utf-8") for one in folder.iterdir())
            assert MARK in text or name == "progress", f"{name}.{kind}"
            assert "Err:" not in text, f"{name}.{kind}"
            assert "#NAME?" not in text, f"{name}.{kind}"
            assert "#VALUE!" not in text, f"{name}.{kind}"
