"""Speed of other implementations, as measured once: the ratios of ``cascade.py`` are taken against these figures.

On 22 November 2026, on a 2-core AMD EPYC with 24 GiB (Debian 12), on networks of the same families drawn with another
generator; milliseconds of CPU for one scenario, market groups = sectors, eps 0.01. fastcascade 0.9.3.1 was built from source
with g++ 12; samples of 4 to 500 firms above 10,000 firms. ESRIcascade.jl 1.1.0's kernels ran under Julia 1.5.3, not under
the 1.12 that it asks for: its ratio is no statement about that program as published.
"""

WHERE = "another machine: 2-core AMD EPYC, 24 GiB, 22 November 2026"
FASTCASCADE_MS = {
    "h4_1000": 14.3,
    "h4_5000": 45.9,
    "h4_10000": 231.0,
    "h4_20000": 445.0,
    "h4_91595": 1750.0,
    "j4_10000": 316.0,
    "j4_100000": 4070.0,
    "d4_10000": 269.0,
    "d4_91595": 3130.0,
    "x4_5000": 255.0,
    "h4_1000000": 20_000.0,  # extrapolated from 14 ns per firm, sector and step: not run
}
ESRICASCADE_JL_MS = {
    "h4_1000": 0.038,
    "h4_5000": 0.178,
    "h4_10000": 0.39,
    "h4_20000": 1.35,
    "h4_91595": 9.0,
    "j4_10000": 0.61,
    "j4_100000": 15.7,
    "d4_10000": 0.54,
    "d4_91595": 11.5,
    "x4_5000": 0.83,
}
