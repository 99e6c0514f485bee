"""Access (接入): how other programs come in: tokens with scopes and an end, and how much may be asked."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class AccessConfig(mechanisms.Mechanism):
    name = "lianban.apps.access"
    prefix = "access/"
    commands = (mechanisms.MenuEntry(Text("接口令牌", "Tokens for programs"), "access:tokens", 95),)
    works = {"access.tidy": "lianban.apps.access.services.tidy"}
    daily = ("access.tidy",)
