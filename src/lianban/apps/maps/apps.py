"""Maps (产业链图谱): a chain in stages from left to right, two states of it compared, where its organisations are."""

from lianban.kit import mechanisms


class MapsConfig(mechanisms.Mechanism):
    name = "lianban.apps.maps"
    prefix = "chains/"  # a map is a page of its chain: /chains/<chain>/map/
    deeds = {"maps.load_base_map": ("office_head", "administrator")}
