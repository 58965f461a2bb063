"""Pages by which administrators invite, change and close accounts, and the matrix of permissions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from programme.accounts import invitations, persons, queries, seeing, words
from programme.accounts.forms import Delegated, EditAccountForm, NewAccountForm, StepForm
from programme.base import journal, mail
from programme.base.access import GRANTS, Permission, Role, requires
from programme.base.accounts import Account, LinkPurpose, Serves
from programme.base.extensions import db
from programme.base.language import Language, speaking
from programme.base.language import gettext as _
from programme.base.mail import Post, Told


def post_office() -> Post:
    """Where this application's mail goes."""
    house = current_app.config["HOUSE"]
    return Post(house.smtp_url, house.mail_from, house.outbox)


def link_address(token: str) -> str:
    """The public address of a one-time link."""
    base: str = current_app.config["HOUSE"].base_url
    return base + url_for("programme.accounts.welcome", token=token)


def invite(account: Account, purpose: LinkPurpose = LinkPurpose.INVITATION, *, is_told: bool = False) -> str:
    """Issue a link, mail it and answer its address; with `is_told` the reader learns whether it left."""
    address = link_address(invitations.issue_link(g.actor, account, purpose))
    told = _told(account, purpose) if is_told else None
    invitations.send_link(post_office(), account, purpose, address, told)
    return address


def _told(account: Account, purpose: LinkPurpose) -> Told:
    """Say on the next page that the mail left, or that it waits in the outbox; never what it holds."""
    sent = _("Lien envoyé à %(email)s.", email=account.email)
    if purpose is LinkPurpose.INVITATION:
        sent = _("Invitation envoyée à %(email)s.", email=account.email)
    waits = _(
        "Aucun courriel n'est parti : le message attend dans la boîte d'envoi, que l'exploitant lit par la "
        "commande %(command)s.",
        command="programme outbox",
    )

    def tell(is_sent: bool) -> None:
        flash(sent if is_sent else waits, "success" if is_sent else "warning")

    return tell


def tell_reset(account: Account) -> None:
    """Mail the owner that their second factor was taken away: if they did not ask, they must know."""
    with speaking(account.language or Language.AR):
        subject = _("Votre second facteur a été retiré")
        body = _(
            "Bonjour %(name)s,\n\nUn administrateur a retiré le second facteur de votre compte et terminé vos "
            "connexions. Si vous ne l'avez pas demandé, prévenez-le aussitôt.",
            name=account.name,
        )
    mail.queue(db.session, post_office(), account.email, subject, body)


def _invited(account: Account) -> ResponseReturnValue:
    """Invite someone who never chose a password; without a mail server the link is shown here, once.

    It stands in this answer alone. Whoever has a password is sent a link that nobody else reads: an
    administrator who saw it could act as them.
    """
    if post_office().smtp_url or account.password_hash:
        invite(account, LinkPurpose.RESET if account.password_hash else LinkPurpose.INVITATION, is_told=True)
        return redirect(url_for("programme.accounts.edit", account_id=account.id))
    address = invite(account)
    invitations.note_shown(g.actor, account)
    return render_template("programme/accounts/link.html", account=account, address=address)


def attach(bp: Blueprint) -> None:
    """Add the pages to the accounts blueprint."""
    bp.add_url_rule("/accounts", view_func=index)
    bp.add_url_rule("/accounts/new", view_func=new, methods=["GET", "POST"])
    bp.add_url_rule("/accounts/<int:account_id>", view_func=edit, methods=["GET", "POST"])
    bp.add_url_rule("/accounts/<int:account_id>/link", view_func=link, methods=["POST"])
    bp.add_url_rule("/accounts/<int:account_id>/close", view_func=close, methods=["GET", "POST"])
    bp.add_url_rule("/accounts/<int:account_id>/reopen", view_func=reopen, methods=["POST"])
    bp.add_url_rule("/rights", view_func=matrix)


def _account(account_id: int) -> Account:
    return queries.get_account(account_id) or abort(404)


def _targets(form: Delegated, account: Account | None = None) -> dict[Serves, list[int]] | None:
    """What the form asks to serve, or None with an error beside the field that names nothing known."""
    associations, found = _associations(form, account), persons.chosen(form)
    return None if associations is None or found is None else form.served(associations, found)


def _associations(form: Delegated, account: Account | None = None) -> list[int] | None:
    """Ids of the associations typed, or None with an error beside the field where one is unknown.

    Those that `account` serves keep their receipt where others have it too, and stay where they have none.
    """
    wanted, served = form.receipts(), [] if account is None else _served(account)[Serves.ASSOCIATION]
    held = queries.receipts_of(served)
    found = queries.associations_by_receipt(wanted)
    found.update({receipt: ident for ident, receipt in held.items() if receipt in wanted and receipt})
    unknown = [receipt for receipt in wanted if receipt not in found]
    if unknown:
        form.refuse(_("Récépissé inconnu ou ambigu : %(list)s.", list=", ".join(unknown)), "associations")
        return None
    return [*found.values(), *(ident for ident, receipt in held.items() if receipt is None)]


@requires(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    accounts = queries.accounts()
    served: dict[str, list[int]] = {}
    for delegation in (d for account in accounts for d in account.delegations):
        served.setdefault(delegation.kind.value, []).append(delegation.target_id)
    return render_template(
        "programme/accounts/index.html", accounts=accounts, names=queries.targets_named(served)
    )


@requires(Permission.ACCOUNT_WRITE, saves=True, sensitive=True)
def new() -> ResponseReturnValue:
    form = NewAccountForm(language="ar")
    form.offer(queries.delegation_choices())
    if (
        form.validate_on_submit()
        and (served := _targets(form)) is not None
        and form.accepts(
            invitations.create,
            g.actor,
            email=form.email.data,
            name=form.name.data,
            role=Role(form.role.data),
            language=form.language.data,
            served=served,
        )
    ):
        # Without mail the link stands in the answer alone: sent a second time, the form leads to the account.
        g.once_address = url_for("programme.accounts.edit", account_id=form.result.id)
        return _invited(form.result)
    return render_template("programme/accounts/new.html", form=form), 422 if form.errors else 200


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def edit(account_id: int) -> ResponseReturnValue:
    account = _account(account_id)
    form = EditAccountForm(obj=None, **_present(account))
    form.offer(queries.delegation_choices())
    if form.validate_on_submit() and form.is_current(account):
        served = _targets(form, account)
        if served is not None and form.accepts(
            invitations.edit,
            g.actor,
            account,
            name=form.name.data,
            role=Role(form.role.data),
            served=served,
        ):
            flash(_("Compte enregistré."), "success")
            return redirect(url_for("programme.accounts.edit", account_id=account.id))
    page = render_template(
        "programme/accounts/edit.html",
        form=form,
        account=account,
        persons=queries.targets_named({"person": _served(account)[Serves.PERSON]}).values(),
        may_be_seen=account.is_active and account.role not in seeing.HIDDEN_ROLES,
        factor=queries.factor_of(account.id),
        entries=journal.history(db.session, "account", account.id, 30),
    )
    return page, form.status if form.errors else 200


def _served(account: Account) -> dict[Serves, list[int]]:
    served: dict[Serves, list[int]] = {kind: [] for kind in Serves}
    for delegation in account.delegations:
        served[delegation.kind].append(delegation.target_id)
    return served


def _present(account: Account) -> dict[str, Any]:
    served = _served(account)
    return {
        "name": account.name,
        "role": account.role.value,
        "version": account.version,
        "regions": served[Serves.REGION],
        "organisations": served[Serves.ORGANISATION],
        "agreements": served[Serves.AGREEMENT],
        "trainers": served[Serves.TRAINER],
        "associations": "; ".join(filter(None, queries.receipts_of(served[Serves.ASSOCIATION]).values())),
    }


@requires(Permission.ACCOUNT_WRITE, saves=True, sensitive=True)
def link(account_id: int) -> ResponseReturnValue:
    return _invited(_account(account_id))


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def close(account_id: int) -> ResponseReturnValue:
    account = _account(account_id)
    form = StepForm(version=account.version)
    sent = form.validate_on_submit() and form.is_current(account)
    if sent and form.accepts(invitations.close, g.actor, account, form.reason.data):
        flash(_("Compte fermé : ses connexions sont terminées."), "success")
        return redirect(url_for("programme.accounts.edit", account_id=account.id))
    page = render_template("programme/accounts/close.html", form=form, account=account)
    return page, form.status if form.errors else 200


@requires(Permission.ACCOUNT_WRITE, sensitive=True)
def reopen(account_id: int) -> ResponseReturnValue:
    account = _account(account_id)
    invitations.reopen(g.actor, account)
    flash(_("Compte rouvert."), "success")
    return redirect(url_for("programme.accounts.edit", account_id=account.id))


@requires(Permission.MATRIX_READ)
def matrix() -> ResponseReturnValue:
    return render_template(
        "programme/accounts/matrix.html", roles=list(Role), grants=GRANTS, groups=words.GROUPS
    )
