"""Keys, shares and sealed boxes as bytes: the only place that asks the cryptographic library. No database, no clock."""

from lianban.apps.sealing.compute import keys, vault
from lianban.apps.sealing.compute.answers import Answer, digest, pack, unpack
from lianban.apps.sealing.compute.vault import Content

__all__ = ["Answer", "Content", "digest", "keys", "pack", "unpack", "vault"]
