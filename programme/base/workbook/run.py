"""One import, all or nothing (WORKBOOKS.md, Rules for every import)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from programme.base import clock, journal
from programme.base.access import Actor, Permission, Scope
from programme.base.batches import IMPORTING, ImportBatch, ImportChange, latest_of_file
from programme.base.cleaning import clean_text
from programme.base.database import survey
from programme.base.holding import hold_name
from programme.base.language import format_instant
from programme.base.language import gettext as _
from programme.base.language import lazy_gettext as _l
from programme.base.refusals import Refused
from programme.base.workbook.columns import ColumnKind
from programme.base.workbook.context import ImportContext
from programme.base.workbook.issues import Issue
from programme.base.workbook.kinds import ImportKind
from programme.base.workbook.parsing import Parsed, ParsedRow, parse, printable
from programme.base.workbook.result import Result
from programme.base.workbook.sheet import DEFAULT_LIMITS, Limits, Table, read_table
from programme.base.workbook.tracking import Tracker, tracking
from programme.base.workbook.values import FORBIDDEN

journal.declare({"import:batch:run": _l("Import d'un classeur")})

MANY = 1000
"""Changes after which the planner of statements is told how full the tables are now."""
NAMED = 3
"""Cells that name a row in the preview."""
# Without the signs that are misread when a code is copied by hand.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def run_import(
    session: Session | scoped_session[Session],
    kind: ImportKind,
    data: bytes,
    filename: str,
    *,
    actor: Actor,
    scope: Scope,
    options: Mapping[str, str | None] | None = None,
    dry_run: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    table: Table | None = None,
) -> Result:
    """Read, check and apply one file; the caller commits. After errors or a dry run nothing stays.

    `table` is what `read_table` gave for this file, where the caller read it before its transaction began.
    Raises `NotAWorkbook` for a file that cannot be read (exit 2) and `Refused` (403) for an actor who may
    not import this kind. Options that the kind does not know are ignored.
    """
    actor.must(Permission.IMPORT_RUN)
    actor.must(kind.permission)
    real = session() if isinstance(session, scoped_session) else session
    table = table or read_table(data, filename, limits)
    if not dry_run:
        hold_name(real, IMPORTING)
    context, parsed = _read(real, kind, table, actor, scope, options or {})
    former = latest_of_file(real, kind.name, digest := hashlib.sha256(data).hexdigest())
    point = real.begin_nested()
    try:
        with tracking(real) as tracker:
            _apply(context, parsed)
            changes = tracker.changes(real) if not context.errors else []
        result = _result(context, parsed, dry_run)
        _say_former(result, former)
        if changes and not dry_run:
            batch = _batch(context, result, tracker, changes, filename, digest)
            result.batch = batch.code
    except BaseException:
        point.rollback()
        raise
    if dry_run or context.errors:
        point.rollback()
        real.expire_all()
    else:
        point.commit()
    return result


def _read(
    session: Session,
    kind: ImportKind,
    table: Table,
    actor: Actor,
    scope: Scope,
    options: Mapping[str, str | None],
) -> tuple[ImportContext, Parsed]:
    """The parsed file and the context that its rows will be applied in, with what parsing found."""
    named = {key: clean_text(value, 100) for key, value in options.items() if key in kind.options}
    given = {key: value for key, value in named.items() if value}
    parsed = parse(table, kind.columns, given)
    context = ImportContext(
        session, actor, scope, kind, parsed.layout, region=given.get("region"), cohort=given.get("cohort")
    )
    context.warnings.extend(parsed.warnings)
    context.errors.extend(parsed.issues)
    return context, parsed


def _apply(context: ImportContext, parsed: Parsed) -> None:
    """Let the room work on the sound rows, even beside faulty ones, so that all errors are told at once.

    A row with a wrong cell that may be empty is tried without it: nothing of the file is written anyway.
    """
    rows = sorted([*parsed.rows, *parsed.doubtful], key=lambda row: row.number)
    if not rows:
        return
    try:
        context.kind.apply(context, rows)
        if not context.errors:
            context.session.flush()
    except Refused as refusal:
        context.errors.append(parsed.layout.issue(None, None, None, refusal.message))
    except IntegrityError as clash:
        row = context.current
        message = _("contredit une donnée déjà enregistrée (%(name)s)", name=_constraint(clash))
        context.errors.append(parsed.layout.issue(None, row.number if row else None, None, message))


def _constraint(clash: IntegrityError) -> str:
    """What the database calls the broken rule, without the values of the row."""
    diagnosis = getattr(clash.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return name or str(clash.orig).rpartition(": ")[2].splitlines()[0][:100]


def _result(context: ImportContext, parsed: Parsed, dry_run: bool) -> Result:
    errors = sorted(context.errors, key=lambda issue: (issue.row or 0, issue.position or 0))
    result = Result(
        rows=parsed.total,
        suspects=context.suspects,
        warnings=context.warnings,
        errors=errors,
        sheet=parsed.layout.sheet,
        is_dry_run=dry_run,
    )
    if not errors:
        result.changes = context.changes
        result.created = len(context.created_rows)
        result.updated = len(context.updated_rows - context.created_rows)
        result.unchanged = result.rows - result.created - result.updated
        touched = context.created_rows | context.updated_rows
        result.names = {
            row.number: _called(context.kind, row) for row in parsed.rows if row.number in touched
        }
        result.added = sorted(context.created_rows)
    return result


def _called(kind: ImportKind, row: ParsedRow) -> str:
    """A row by its first codes and names, as the file has them; a national id is none of them."""
    said = [
        printable(row.raw[column.key])
        for column in kind.columns
        if column.kind in (ColumnKind.CODE, ColumnKind.NAME) and column.key in row.raw
    ]
    return " · ".join(said[:NAMED])


def _say_former(result: Result, former: ImportBatch | None) -> None:
    """The same file twice changes nothing and says so; so does another file that says the same."""
    if result.errors:
        return
    said = []
    if former is not None:
        when = format_instant(former.made_at)
        said.append(
            _("Ce fichier a déjà été importé le %(when)s (lot %(code)s).", when=when, code=former.code)
        )
    if not result.created and not result.updated:
        said.append(_("Toutes les lignes sont déjà enregistrées : rien ne change."))
    result.warnings[:0] = [Issue(result.sheet, None, None, None, sentence) for sentence in said]


def _batch(
    context: ImportContext,
    result: Result,
    tracker: Tracker,
    changes: list[dict[str, object]],
    filename: str,
    digest: str,
) -> ImportBatch:
    session = context.session
    batch = ImportBatch(
        code="".join(secrets.choice(_SIGNS) for _sign in range(8)),
        kind=context.kind.name,
        filename=FORBIDDEN.sub("", PurePath(filename).name)[-200:],
        sha256=digest,
        rows=result.rows,
        summary=json.dumps(result.counts()),
        untracked=", ".join(sorted(tracker.untracked)) or None,
        made_by_id=context.actor.account_id,
        made_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    session.execute(sa.insert(ImportChange), [{"batch_id": batch.id, **change} for change in changes])
    if len(changes) >= MANY:
        survey(session.connection())
    noted = {"kind": batch.kind, "file": batch.filename, "sha256": batch.sha256, **result.counts()}
    journal.record(session, context.actor, "import:batch:run", batch, after={"batch": batch.code, **noted})
    return batch
