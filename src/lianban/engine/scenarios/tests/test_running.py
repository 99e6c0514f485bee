"""Results come in the order of the cases, whoever runs them."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import simulate
from lianban.engine.scenarios import run


def test_results_come_in_the_order_of_the_cases_whoever_runs_them():
    network = SupplyNetwork([0, 1, 2], [1, 2, 0], [1.0, 2.0, 4.0], [0, 1, 2])
    model = partial(simulate, network)
    here = run(model, np.diag([0.2, 0.3, 0.5]))
    with ThreadPoolExecutor(2) as executor:
        there = run(model, np.diag([0.2, 0.3, 0.5]), executor)
    assert [result.loss for result in here] == [result.loss for result in there]
    assert len({result.loss for result in here}) == 3
