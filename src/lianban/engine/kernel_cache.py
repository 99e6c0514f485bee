"""Compiled kernels on disk (编译缓存): thrown away when any file of their package is newer."""

from pathlib import Path


def forget_stale(package_file: str) -> None:
    """Remove a package's compiled kernels where one of its files changed after they were compiled.

    Numba compares a kernel only with the file it stands in, not with the files of the kernels that it calls: after an
    edit it would go on with the old ones, in the worst case with another layout of memory.
    """
    folder = Path(package_file).parent
    newest = max(source.stat().st_mtime for source in folder.glob("*.py"))
    for compiled in (folder / "__pycache__").glob("*.nb[ci]"):
        try:
            if compiled.stat().st_mtime < newest:
                compiled.unlink()
        except OSError:  # another process was faster, or the folder is not ours: then it is not in use either
            continue
