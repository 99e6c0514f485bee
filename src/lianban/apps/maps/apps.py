"""Maps (产业链图谱): a chain drawn in stages from left to right, with level and loss of each product."""

from lianban.kit import mechanisms


class MapsConfig(mechanisms.Mechanism):
    name = "lianban.apps.maps"
    prefix = "chains/"  # a map is a page of its chain: /chains/<chain>/map/
