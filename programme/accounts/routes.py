"""Sign-in, sign-out and the language switch."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from programme.accounts import (
    devices,
    factors,
    invitations,
    links,
    management,
    oversight,
    own,
    proofs,
    queries,
    rules,
    seeing,
    seeing_pages,
    throttle,
)
from programme.accounts.addresses import local
from programme.accounts.forms import CodeForm, ForgottenForm, PasswordForm, SignInForm
from programme.accounts.signed_in import SignedIn
from programme.accounts.trying import proven
from programme.base import clock
from programme.base.access import public
from programme.base.accounts import Stage, WebSession
from programme.base.extensions import db
from programme.base.language import gettext as _

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next"))
    if g.account is not None and request.method == "GET":
        return redirect(local(form.next.data))
    if form.validate_on_submit() and _right(form):
        return _entered(form.result, form.next.data)
    return render_template("programme/accounts/sign_in.html", form=form), form.status if form.errors else 200


def _right(form: SignInForm) -> bool:
    email, password = form.email.data, form.password.data
    device = devices.known(queries.account_by_email(email))
    agent = request.user_agent.string
    return proven(form, throttle.SIGN_IN, email, device, rules.sign_in, email, password, agent)


def _entered(proved: tuple[WebSession, str], then: str | None) -> ResponseReturnValue:
    """Start the browser's cookie anew: nothing of what it carried before is signed in."""
    browser, token = proved
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    if browser.stage is Stage.CODE:
        session["step"] = token
        return redirect(url_for(".second_step", next=local(then)))
    login_user(SignedIn(browser, token))
    enrols = browser.stage is Stage.ENROL
    answer = make_response(redirect(url_for(".second_factor") if enrols else local(then)))
    devices.remember(answer, browser.account)
    return answer


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    half = queries.waiting_session(throttle.digest(session.get("step", "")), clock.now() - rules.STEP)
    if half is None:
        flash(_("Commencez par votre adresse et votre mot de passe."), "info")
        return redirect(url_for(".sign_in", next=local(request.args.get("next"))))
    form = CodeForm(next=request.args.get("next"))
    asked = throttle.CODE, str(half.account_id), devices.known(half.account)
    if form.validate_on_submit() and proven(form, *asked, proofs.pass_step, half, form.code.data):
        return _entered(form.result, form.next.data)
    return render_template("programme/accounts/code.html", form=form), form.status if form.errors else 200


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    user = current_user._get_current_object()
    if isinstance(user, SignedIn):
        seeing.end(user.browser)
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
    if g.account is not None and g.seeing is None:
        g.account.language = which
        db.session.flush()
    return redirect(local(request.form.get("next")))


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit() and links.ask(form, form.email.data):
        # The same answer either way: nobody learns who has an account.
        flash(
            _(
                "Si un compte existe pour cette adresse, un lien vient de lui être envoyé. Seul le dernier lien "
                "reçu est valable."
            ),
            "success",
        )
        return links.sent_afterwards(redirect(url_for(".sign_in")), form.email.data)
    return render_template(
        "programme/accounts/forgotten.html", form=form
    ), form.status if form.errors else 200


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> ResponseReturnValue:
    # Opening the link consumes nothing: mail scanners open every link they see.
    link = queries.open_link(throttle.digest(token), clock.now())
    if link is None:
        return render_template("programme/accounts/expired.html"), 404
    form = PasswordForm()
    if form.validate_on_submit() and form.accepts(invitations.choose_password, token, form.password.data):
        flash(_("Mot de passe enregistré : connectez-vous."), "success")
        answer = make_response(redirect(url_for(".sign_in")))
        devices.remember(answer, form.result)  # whoever reads the mail passes what others' failures stopped
        return answer
    page = render_template("programme/accounts/welcome.html", form=form, account=link.account)
    answer = make_response(page, form.status if form.errors else 200)
    answer.headers["Referrer-Policy"] = "strict-origin"  # its address is a key
    return answer


own.attach(bp)
factors.attach(bp)
oversight.attach(bp)
seeing_pages.attach(bp)
management.attach(bp)
