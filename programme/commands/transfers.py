"""`programme transfers validate` (WORKBOOKS.md, Commands)."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cohorts.transfer import queries, rules
from cohorts.transfer.models import TransferActivity
from programme.base.access import Scope
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused
from programme.commands.context import acting_as, house
from regions.programmes.queries import region_named


@click.group()
def transfers() -> None:
    """Transfer activities."""


@transfers.command()
@click.argument("codes", nargs=-1)
@click.option("--region", help="HCP code of a region: every declared activity of it.")
@click.option("--as", "email", required=True, help="Account that validates: not the one that entered.")
@click.option("--lang", type=click.Choice(["ar", "fr"]), default="fr", show_default=True)
def validate(codes: tuple[str, ...], region: str | None, email: str, lang: str) -> None:
    """Validate declared activities by CODE, or those of a region, as another person; all or nothing."""
    with house(lang):
        actor, scope = acting_as(email)
        chosen = _chosen(scope, codes, region)
        for activity in chosen:
            try:
                rules.validate(actor, activity)
            except Refused as refusal:
                raise Refused(f"{activity.code} : {refusal.message}", code=refusal.code) from refusal
        db.session.commit()
        for activity in chosen:
            click.echo(activity.code)
        if not chosen:
            click.echo(_("Aucun transfert à valider."), err=True)


def _chosen(scope: Scope, codes: tuple[str, ...], region: str | None) -> Sequence[TransferActivity]:
    """The activities meant: those named, whatever their state, or those of a region that wait."""
    if bool(codes) == bool(region):
        raise click.UsageError(_("Donnez des codes de transfert, ou --region."))
    if region:
        found = region_named(scope, region)
        if found is None:
            raise Refused(_("Région inconnue : %(code)s.", code=region))
        return queries.submitted_in(scope, found.id)
    known = queries.activities_by_code(scope, codes)
    if missing := [code for code in codes if code not in known]:
        raise Refused(_("Transferts inconnus : %(codes)s.", codes=", ".join(missing)))
    return [known[code] for code in dict.fromkeys(codes)]


def register(group: click.Group) -> None:
    """Add the family to the command line."""
    group.add_command(transfers)
