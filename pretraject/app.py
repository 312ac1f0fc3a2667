"""Puts the application together."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from pretraject.accounts.login import init_login
from pretraject.authoring.views import bp as authoring
from pretraject.catalogue.queries import served_state
from pretraject.config import Config
from pretraject.core.clock import Clock, legal_date, system_clock
from pretraject.core.ground import Ground, lay_ground
from pretraject.enrolment.queries import policy_state
from pretraject.exchange.api import bp as api
from pretraject.exchange.case_blueprint import bp as cases
from pretraject.exchange.documentation import bp as documentation
from pretraject.exchange.operating import bp as operating
from pretraject.exchange.published_keys import bp as published_keys
from pretraject.exchange.rule_pages import bp as rule_pages
from pretraject.handover.blueprint import bp as handover
from pretraject.insight.views import bp as insight
from pretraject.privacy.views import bp as privacy
from pretraject.study.blueprint import bp as study
from pretraject.study.media import bp as media
from pretraject.web.assets import init_assets
from pretraject.web.compression import init_compression
from pretraject.web.context import EXTENSION
from pretraject.web.cookies import init_cookies
from pretraject.web.errors import init_errors
from pretraject.web.forms import csrf
from pretraject.web.headers import init_headers
from pretraject.web.health import init_health
from pretraject.web.i18n import init_i18n, offered_languages
from pretraject.web.language import init_language
from pretraject.web.odd_input import init_odd_input
from pretraject.web.page_cache import init_page_cache
from pretraject.web.sessions import init_sessions
from pretraject.web.styleguide import bp as styleguide
from pretraject.web.templating import init_templating

BODY_LIMIT = 64 * 1024
FIELDS_LIMIT = 200


def create_app(config: Config, *, clock: Clock = system_clock) -> Flask:
    """Build the site on its settings; a test brings its own clock."""
    return build(lay_ground(config, clock))


def build(ground: Ground) -> Flask:
    """Build the site on a ground that is already laid."""
    config = ground.config
    app = Flask("pretraject", static_folder=None)
    app.config.from_mapping(flask_settings(config))
    app.extensions[EXTENSION] = ground
    translations = config.source / "translations"
    init_cookies(app)
    init_health(app)
    init_headers(app)
    init_compression(app)
    init_i18n(app, translations)
    init_language(app, offered_languages(translations))
    init_odd_input(app)
    init_templating(app)
    init_assets(app)
    init_sessions(app)
    csrf.init_app(app)
    init_login(app)
    init_errors(app)
    app.register_blueprint(study)
    app.register_blueprint(media)
    app.register_blueprint(privacy)
    app.register_blueprint(published_keys)
    app.register_blueprint(operating)
    app.register_blueprint(rule_pages)
    app.register_blueprint(cases)
    app.register_blueprint(insight)
    app.register_blueprint(handover)
    app.register_blueprint(authoring)
    csrf.exempt(api)
    app.register_blueprint(api)
    app.register_blueprint(documentation)
    if config.development:
        app.register_blueprint(styleguide)
    init_page_cache(app, lambda: version_of_pages(ground))
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def version_of_pages(ground: Ground) -> tuple[object, ...]:
    """Return what pages for everybody are made from: content, policy, and which of its rules hold today."""
    with ground.database.reading() as session:
        return (legal_date(ground.clock()), served_state(session), policy_state(session))


def flask_settings(config: Config) -> dict[str, object]:
    """Return Flask's own settings for ours."""
    return {
        "SECRET_KEY": config.secret_key.get_secret_value(),
        "SECRET_KEY_FALLBACKS": [key.get_secret_value() for key in config.previous_secret_keys],
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
        "MAX_CONTENT_LENGTH": BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
        "MAX_FORM_PARTS": FIELDS_LIMIT,
        "SESSION_COOKIE_NAME": "__Host-pretraject" if config.secure else "pretraject",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure,
        "WTF_CSRF_TIME_LIMIT": None,
    }
