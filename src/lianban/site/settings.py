"""Settings: the environment is read here and nowhere else. Numbers set by policy are rule sets, not settings."""

import os
from pathlib import Path

from lianban.kit.text import Text
from lianban.site import env

SITE = Path(__file__).parent

SECRET_KEY = env.required(
    "LIANBAN_SECRET_KEY",
    hint="随机长字符串；演示请用 lianban demo（a long random string; for a trial use 'lianban demo'）",
)
DATABASES = {
    "default": env.database(
        env.required(
            "LIANBAN_DATABASE_URL",
            hint="sqlite:////var/lib/lianban/lianban.sqlite3, postgres://user:password@host/name",
        )
    )
}
DEBUG = env.flag("LIANBAN_DEBUG")
DEMO = env.flag("LIANBAN_DEMO")
ADDRESS = os.environ.get("LIANBAN_ADDRESS", "").rstrip("/")  # https://chain.example.org, for links in letters
globals().update(env.email(os.environ.get("LIANBAN_EMAIL_URL", ""), demo=DEMO))
ALLOWED_HOSTS = [host for host in os.environ.get("LIANBAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
API_ORIGINS = [
    origin for origin in os.environ.get("LIANBAN_API_ORIGINS", "").split(",") if origin
]  # whose pages may read /api
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("LIANBAN_ORIGINS", "").split(",") if origin]

# One mechanism a word; the order is the order in which neighbours' rows are locked (docs/decisions/0002).
MECHANISMS = [
    "parties",
    "journal",
    "sources",
    "rulesets",
    "access",
    "jobs",
    "notices",
    "ledger",
    "sealing",
    "review",
    "agreements",
    "atlas",
    "reconcile",
    "diagnosis",
    "measures",
    "maps",
    "imports",
    "demands",
    "upkeep",
    "matching",
    "projects",
    "challenges",
    "consortia",
    "lists",
    "reporting",
    "cases",
    "reports",
    "saved",
    "search",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "lianban.site",
    *(f"lianban.apps.{name}" for name in MECHANISMS if (SITE.parent / "apps" / name / "apps.py").exists()),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lianban.site.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lianban.site.middleware.security_headers",
    "lianban.site.middleware.actor",
    "lianban.site.gate.gate",
    "lianban.site.middleware.readable_address",
    "lianban.site.middleware.sealed_addresses",
    "lianban.site.once.once",
    "lianban.site.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "lianban.site.urls"
WSGI_APPLICATION = "lianban.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "lianban.site.templatetags.lianban"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianban.site.context.everywhere",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "parties/locked.html"
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CUSTODY_COST = 15  # base-2 logarithm of scrypt's N for custody passphrases: 32 MB and 0.1 s a try
LOGIN_URL = "parties:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lianban_language"
LOCALE_PATHS = [SITE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("LIANBAN_STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = True  # small offices need no collectstatic step
WHITENOISE_MAX_AGE = 3600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("LIANBAN_HTTPS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("LIANBAN_HTTPS") else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
SEALED_ROOM = 16 * 1024 * 1024  # least size of what lies in a sealed box: below it nobody can tell that anything does
SEALED_UPLOAD_LIMIT = 24 * 1024 * 1024  # one sealed answer with its files, kept in memory

CLASSIFICATIONS = os.environ.get("LIANBAN_CLASSIFICATIONS", "")  # folder with the office's GB/T 4754, HS … as CSV

NO_STATE_SECRETS = Text("本系统不得存储、处理国家秘密。", "No state secrets may be stored or processed in this system.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LIANBAN_LOG_LEVEL", "WARNING")},
}
