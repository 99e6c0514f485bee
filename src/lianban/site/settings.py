"""Settings: the environment is read here and nowhere else."""

SECRET_KEY = "replaced-soon"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
