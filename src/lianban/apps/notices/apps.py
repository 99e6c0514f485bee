"""Notices (通知): what happened that concerns somebody, on the site and by e-mail."""

from lianban.kit import mechanisms


class NoticesConfig(mechanisms.Mechanism):
    name = "lianban.apps.notices"
    prefix = "notices/"
