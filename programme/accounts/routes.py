"""Sign-in, sign-out and the language switch."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from programme.accounts import invitations, management, own, queries, rules
from programme.accounts.addresses import local
from programme.accounts.forms import ForgottenForm, PasswordForm, SignInForm
from programme.accounts.signed_in import SignedIn
from programme.base import clock
from programme.base.access import public
from programme.base.accounts import LinkPurpose
from programme.base.extensions import db
from programme.base.language import gettext as _
from programme.base.refusals import Refused

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next"))
    if g.account is not None and request.method == "GET":
        return redirect(local(form.next.data))
    if form.validate_on_submit():
        return _try(form)
    return render_template("programme/accounts/sign_in.html", form=form), 422 if form.errors else 200


def _try(form: SignInForm) -> ResponseReturnValue:
    network = request.remote_addr or ""
    try:
        rules.check_throttle(form.email.data, network)
    except Refused as refusal:
        form.refuse(refusal.message)
        return render_template("programme/accounts/sign_in.html", form=form), refusal.status
    found = rules.sign_in(form.email.data, form.password.data, request.user_agent.string)
    if found is None:
        rules.note_failure(form.email.data, network)
        g.keep = True
        form.refuse(_("Adresse ou mot de passe incorrect."))
        return render_template("programme/accounts/sign_in.html", form=form), 422
    browser, token = found
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(SignedIn(browser, token))
    return redirect(local(form.next.data))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    user = current_user._get_current_object()
    if isinstance(user, SignedIn):
        rules.end_session(g.actor, user.token)
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    return redirect(url_for(".sign_in"))


@bp.post("/language/<any(ar, fr):which>")
@public
def switch_language(which: str) -> ResponseReturnValue:
    session["language"] = which
    if g.account is not None:
        g.account.language = which
        db.session.flush()
    return redirect(local(request.form.get("next")))


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    status = 200
    if form.validate_on_submit():
        try:
            _send_link(form.email.data)
        except Refused as refusal:
            form.refuse(refusal.message)
            status = refusal.status
        else:
            # The same answer either way: nobody learns who has an account.
            flash(_("Si un compte existe pour cette adresse, un lien vient de lui être envoyé."), "success")
            return redirect(url_for(".sign_in"))
    status = 422 if form.errors and status == 200 else status
    return render_template("programme/accounts/forgotten.html", form=form), status


def _send_link(email: str) -> None:
    # Keys of their own: whoever asks for links keeps nobody from signing in.
    asked = f"link {email}", f"link {request.remote_addr or ''}"
    rules.check_throttle(*asked)
    rules.note_failure(*asked)
    account = queries.account_by_email(email)
    if account is not None and account.is_active:
        management.invite(account, LinkPurpose.RESET)


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> ResponseReturnValue:
    # Opening the link consumes nothing: mail scanners open every link they see.
    link = queries.open_link(rules.digest(token), clock.now())
    if link is None:
        return render_template("programme/accounts/expired.html"), 404
    form = PasswordForm()
    if form.validate_on_submit() and form.accepts(invitations.choose_password, token, form.password.data):
        flash(_("Mot de passe enregistré : connectez-vous."), "success")
        return redirect(url_for(".sign_in"))
    return render_template(
        "programme/accounts/welcome.html", form=form, account=link.account
    ), 422 if form.errors else 200


own.attach(bp)
management.attach(bp)
