"""Django's settings of one portal; what an operator may choose is listed in `network.environment`."""

from __future__ import annotations

from typing import Any

from network.environment import BASE, Environment
from network.logs import configuration
from network.secret import given_key, own_key
from network.services_beside import files, mail

ENVIRONMENT = Environment.read()

# --- where this portal is ---

ORIGIN = ENVIRONMENT.origin
DATA = ENVIRONMENT.data
DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
PAGES = BASE / "frontend" / "dist"

ALLOWED_HOSTS = [f"[{ORIGIN.host}]" if ":" in ORIGIN.host else ORIGIN.host]
CSRF_TRUSTED_ORIGINS = [str(ORIGIN)]
ROOT_URLCONF = "network.urls"
ASGI_APPLICATION = "network.asgi.application"
APPEND_SLASH = False

# --- what it is made of: each package adds its applications here ---

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "members.accounts",
    "members.devices",
    "members.register",
    "members.directory",
    "members.charter",
    "members.applications",
    "members.background",
    "members.audit",
    "members.mail",
    "messaging.conversations",
    "messaging.drafts",
    "messaging.sightings",
    "messaging.restoration",
    "messaging.live",
]
MIDDLEWARE = [
    "network.web.OwnHostOnly",
    "network.web.SecurityHeaders",
    "network.web.OneForm",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "network.web.CsrfAlways",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

# --- what it keeps ---

DATABASE = DATA / "entente.sqlite3"
# SQLite would make it readable for everybody where the directory is; its other files get the mode of this one
if ENVIRONMENT.database is None and not DATABASE.exists():
    DATABASE.touch(mode=0o600)
EMBEDDED: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATABASE,
    "CONN_MAX_AGE": None,  # a thread that stays keeps its connection (network/threads.py)
    "OPTIONS": {
        # a writer takes its lock at the start and so never fails half-way because of another
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # what has been acknowledged survives a power cut
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
    },
}
DATABASES = {"default": EMBEDDED if ENVIRONMENT.database is None else ENVIRONMENT.database.django()}
REDIS = ENVIRONMENT.redis
METRICS_TOKEN = ENVIRONMENT.metrics_token
WORKER_INSIDE = ENVIRONMENT.worker_inside
STORAGES = {"default": files(ENVIRONMENT.storage, DATA / "files")}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # a bookmark of a large network is the largest body
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- sign-in ---

SECRET_KEY = (
    given_key(ENVIRONMENT.secret_key_file) if ENVIRONMENT.secret_key_file else own_key(DATA / "secret_key")
)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


def cookie_name(what: str) -> str:
    """A name that only this origin can set, and all its processes: cookies of one host are shared by all its ports,
    so it has the port of the origin.
    """
    if ORIGIN.secure:
        return f"__Host-entente-{what}"
    return f"entente-{what}-{ORIGIN.port or 80}"


AUTH_USER_MODEL = "accounts.Account"
# guessing is slowed by members/accounts/throttle.py, which lets no stranger lock a person out
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_SYNC = False  # the window of accepted codes stays around the server's clock
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = cookie_name("session")
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = cookie_name("browser")
SESSION_COOKIE_SECURE = ORIGIN.secure
OFFICERS_NEED_PASSKEYS = ENVIRONMENT.officers_need_passkeys
CSRF_COOKIE_NAME = cookie_name("csrf")
CSRF_COOKIE_HTTPONLY = True  # the page reads its token from the session object, not from the cookie
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ORIGIN.secure
CSRF_FAILURE_VIEW = "network.web.csrf_failure"
BEHIND_PROXY = ENVIRONMENT.behind_proxy
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- mail ---

_MAIL = mail(ENVIRONMENT.mail, DATA / "mail")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _MAIL["EMAIL_FILE_PATH"]
EMAIL_HOST = _MAIL["EMAIL_HOST"]
EMAIL_PORT = _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL = _MAIL["EMAIL_USE_SSL"]
EMAIL_USE_TLS = _MAIL["EMAIL_USE_TLS"]
EMAIL_TIMEOUT = _MAIL["EMAIL_TIMEOUT"]
DEFAULT_FROM_EMAIL = _MAIL["DEFAULT_FROM_EMAIL"]

# --- words ---

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("zh-hans", "中文"),
]
USE_TZ = True
TIME_ZONE = "UTC"
NETWORK_NAME = ENVIRONMENT.network_name
CHARTER_REQUIRED = ENVIRONMENT.charter_required
DEMO = ENVIRONMENT.demo

# --- what it says while it runs ---

LOGGING = configuration(ENVIRONMENT.log_level, ENVIRONMENT.log_format)
