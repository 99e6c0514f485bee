"""Calibration of the reconstruction (重构校准): do its intervals hold what they promise?

Protocol, written down before any figure was looked at. Networks whose law the reconstruction does not know are made by
seed; an office that knows products, needs and strengths, and has surveyed the suppliers of one buyer in five, asks for
the systemic risk of every firm; its 90 % intervals are held against the truth. Coverage and width are reported whatever
they are; the aim is 85 to 95 %. LOOK_SEEDS may be looked at while the method is made; the figures that count are those of
FINAL_SEEDS, run once per version of the method. Versions and their figures stand in docs/models/reconstruct.md.
"""

LOOK_SEEDS = (101, 102, 103)
FINAL_SEEDS = (2201, 2202, 2203, 2204, 2205, 2206)
ETO_SEED, ICKG_SEED = 3301, 4401
DRAWS = 200
SURVEYED = 0.2  # part of the buyers whose suppliers are known
