"""`programme import KIND FILE` (WORKBOOKS.md): exit 1 with errors, 2 for a file that is no workbook."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from programme.base.batches import batch_called
from programme.base.extensions import db
from programme.base.workbook import kinds
from programme.base.workbook.issues import NotAWorkbook
from programme.base.workbook.result import Result
from programme.base.workbook.run import run_import
from programme.base.workbook.template import empty_workbook
from programme.base.workbook.undo import undo
from programme.commands.context import acting_as, house


@click.command("import")
@click.argument("kind_name", metavar="KIND", required=False)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--region", help="HCP code of the region for rows that name none.")
@click.option("--cohort", help="Code of the cohort for rows that name none.")
@click.option("--as", "email", help="Account that imports; the operator otherwise.")
@click.option("--dry-run", is_flag=True, help="Check and count, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--template", is_flag=True, help="Write an empty workbook instead (with -o).")
@click.option("-o", "--output", type=click.Path(path_type=Path))
@click.option("--undo", "batch_code", metavar="BATCH", help="Take an import back.")
@click.option("--lang", type=click.Choice(["ar", "fr"]), default="fr", show_default=True)
def import_(
    kind_name: str | None,
    file: Path | None,
    region: str | None,
    cohort: str | None,
    email: str | None,
    dry_run: bool,
    as_json: bool,
    template: bool,
    output: Path | None,
    batch_code: str | None,
    lang: str,
) -> None:
    """Import a workbook of KIND, write its template, or take an import back."""
    with house(lang):
        if batch_code:
            _take_back(batch_code, email)
        elif template:
            _write_template(_kind(kind_name), output)
        elif file is None:
            raise click.UsageError("FILE manque.")
        else:
            options = {"region": region, "cohort": cohort}
            _import(_kind(kind_name), file, email, options, dry_run=dry_run, as_json=as_json)


def _kind(name: str | None) -> kinds.ImportKind:
    names = [kind.name for kind in kinds.kinds()]
    if name not in names:
        raise click.UsageError(f"KIND : {', '.join(names)}.")
    return kinds.kind(str(name))


def _take_back(code: str, email: str | None) -> None:
    actor, _scope = acting_as(email)
    batch = batch_called(db.session(), code)
    if batch is None:
        raise click.ClickException(f"Import inconnu : {code}.")
    undo(db.session(), batch, actor)
    db.session.commit()
    click.echo(f"Import {batch.code} annulé.")


def _write_template(kind: kinds.ImportKind, output: Path | None) -> None:
    path = output or Path(f"{kind.name}.xlsx")
    path.write_bytes(empty_workbook(kind))
    click.echo(str(path))


def _import(
    kind: kinds.ImportKind,
    file: Path,
    email: str | None,
    options: dict[str, str | None],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    actor, scope = acting_as(email)
    try:
        data = file.read_bytes()
        result = run_import(
            db.session(), kind, data, file.name, actor=actor, scope=scope, options=options, dry_run=dry_run
        )
    except (NotAWorkbook, OSError) as unreadable:
        click.echo(_plain(unreadable, file), err=True)
        sys.exit(2)
    if result.errors or dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    _say(result, as_json=as_json)
    sys.exit(0 if result.is_sound else 1)


def _plain(error: Exception, file: Path) -> str:
    return f"Fichier introuvable ou illisible : {file}." if isinstance(error, OSError) else str(error)


def _say(result: Result, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
        return
    for warning in result.warnings:
        click.echo(warning.sentence())
    for error in result.errors:
        click.echo(error.sentence(), err=True)
    counts = " · ".join(f"{name} {value}" for name, value in result.counts().items())
    click.echo(f"{result.batch or '—'} · {counts}")


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(import_)
