"""Places (地点): which area contains which, in ISO 3166 codes, GB/T 2260 divisions and parks."""

# Codes of GB/T 2260 that are origins of their own in Chinese customs statistics.
OWN_ORIGINS = {"71": "TW", "81": "HK", "82": "MO"}
SCOPES = ("nation", "province", "city", "park")


def origin_of(place: str | None) -> str | None:
    """Return the origin (来源地) of a place: CN for a division or park at home, else the code itself."""
    if not place:
        return None
    if place[:6].isdigit():
        return OWN_ORIGINS.get(place[:2], "CN")
    return place


def contains(area: str, place: str | None) -> bool | None:
    """Say whether an area contains a place; None where the place is too coarse or missing to tell.

    ``440000`` contains ``441200`` contains ``441284``; a park such as ``441200-hitech`` contains only itself, and a firm
    known to stand in 肇庆市 (441200) may or may not stand in it.
    """
    if not place:
        return None
    if area == place:
        return True
    if not area[:6].isdigit():
        return origin_of(place) == area
    if origin_of(place) != origin_of(area):
        return False
    if place == "CN":
        return None
    inside = _stem(area)
    if "-" in area:
        return None if "-" not in place and _stem(area[:6]).startswith(_stem(place)) else False
    if _stem(place[:6]).startswith(inside):
        return True
    return None if inside.startswith(_stem(place[:6])) and "-" not in place else False


def area_of(scope: str, place: str | None) -> str | None:
    """Return the area a scope word means, seen from the chain's place; None where the place is too coarse for it."""
    if not place or not place[:6].isdigit():
        return None
    if scope == "park":
        return place if "-" in place else None
    stem = _stem(place[:6])
    if scope == "city":
        return place[:4] + "00" if len(stem) >= 4 else None
    return place[:2] + "0000" if scope == "province" else None


def scope_of(area: str) -> str:
    """Return the scope word for an area code."""
    if not area[:6].isdigit():
        return "nation"
    if "-" in area:
        return "park"
    return "province" if area[2:6] == "0000" else "city"


def _stem(division: str) -> str:
    """Return the digits of a division code that say something: 44 for 440000, 4412 for 441200."""
    digits = division[:6]
    while len(digits) > 2 and digits.endswith("00"):
        digits = digits[:-2]
    return digits
