"""Compiled kernels are forgotten when their package changed, and only then."""

import os

from lianban.engine.kernel_cache import forget_stale


def test_kernels_older_than_any_file_of_their_package_are_removed(tmp_path):
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    for name, age in (("a.py", 100), ("b.py", 50)):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    for name, age in (("old.nbi", 70), ("old.1.nbc", 70), ("new.nbi", 20), ("a.pyc", 300)):
        (cache / name).write_text("")
        os.utime(cache / name, (1e9 - age, 1e9 - age))
    forget_stale(str(tmp_path / "a.py"))
    assert sorted(one.name for one in cache.iterdir()) == ["a.pyc", "new.nbi"]
