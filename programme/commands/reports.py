"""`programme report NAME …` (WORKBOOKS.md)."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click
from flask import current_app, g, render_template

from programme.base.access import Permission
from programme.base.noting import note
from programme.commands.context import acting_as, house
from programme.config import Settings
from reports.asking import query_of
from reports.catalogue import REPORTS
from reports.definition import Document
from reports.frame import parameters
from reports.rendering import render

FORMATS = ("html", "pdf", "xlsx", "csv", "json")


@click.command()
@click.argument("name", required=False)
@click.option("--region", help="HCP code; the whole country otherwise.")
@click.option("--cohort", help="Code of a cohort.")
@click.option("--session", "session_code", help="Code of a session.")
@click.option("--as-at", help="What had happened by this day (2025-07-31); today otherwise.")
@click.option("--known-on", help="As it was recorded by this day; today otherwise.")
@click.option("--lang", type=click.Choice(["ar", "fr"]), default="fr", show_default=True)
@click.option("--format", "kind", type=click.Choice(FORMATS), default="json", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Standard output otherwise.")
@click.option("--as", "email", help="Account whose scope is used; the operator otherwise.")
@click.option("--list", "list_all", is_flag=True, help="Names and titles of all reports.")
def report(
    name: str | None,
    region: str | None,
    cohort: str | None,
    session_code: str | None,
    as_at: str | None,
    known_on: str | None,
    lang: str,
    kind: str,
    output: Path | None,
    email: str | None,
    list_all: bool,
) -> None:
    """Write a report as html, pdf, xlsx, csv or json."""
    with house(lang):
        if list_all:
            for one in REPORTS.values():
                click.echo(f"{one.name}\t{one.title}")
            return
        asked = {
            "region": region,
            "cohort": cohort,
            "session": session_code,
            "as_at": as_at,
            "known_on": known_on,
        }
        data = _write(name, asked, kind, email)
        if output is None:
            sys.stdout.buffer.write(data)
        else:
            output.write_bytes(data)


def _write(name: str | None, asked: dict[str, str | None], kind: str, email: str | None) -> bytes:
    if name not in REPORTS:
        raise click.UsageError(f"NAME : {', '.join(REPORTS)}.")
    one = REPORTS[str(name)]
    actor, scope = acting_as(email)
    actor.must(Permission(one.permission))
    query = query_of(scope, one, asked)
    made = one.build(scope, query)
    settings: Settings = current_app.config["HOUSE"]
    made = dataclasses.replace(made, verify_url=settings.base_url + made.verify_url)
    data = _page(made) if kind == "html" else render(made, kind, settings.instance)
    note(actor, "report:exported", ("report", None), report=one.name, format=kind, **parameters(one, query))
    return data


def _page(made: Document) -> bytes:
    """The report as one page that stands alone, without the frame of the application."""
    with current_app.test_request_context(base_url=current_app.config["HOUSE"].base_url):
        g.csp_nonce = ""
        shown = [section.seen() for section in made.sections]
        sections = [(section, list(section.rows), False) for section in shown]
        return render_template("reports/alone.html", document=made, sections=sections).encode()


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(report)
