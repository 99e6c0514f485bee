"""Sources (来源): where a fact comes from."""

from lianban.kit import mechanisms


class SourcesConfig(mechanisms.Mechanism):
    name = "lianban.apps.sources"
