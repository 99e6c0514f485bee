"""Zip files in (压缩包): looked over before anything is unpacked."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from lianban.chain.grids import Unreadable

MOST_BYTES = 512 << 20  # unpacked, all members together
MOST_MEMBERS = 2_000
MOST_RATIO = 200  # unpacked to packed, asked of members above ...
RATIO_FROM = 10 << 20
# What the zip module raises on damaged files, besides its own error.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@contextmanager
def checked_zip(path: Path, label: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose directory is harmless: few members, no wild names, no giant when unpacked."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE:
        raise Unreadable(label, "文件不完整或已损坏", "the file is incomplete or damaged") from None
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise Unreadable(label, f"成员多于 {MOST_MEMBERS} 个", f"it has more than {MOST_MEMBERS} members")
        for member in members:
            if member.flag_bits & 1:
                raise Unreadable(
                    label,
                    "压缩包有密码保护",
                    "the archive is protected by a password",
                    "去掉密码后再试",
                    "Remove the password",
                )
            large = member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)
            if large or sum(m.file_size for m in members) > MOST_BYTES:
                raise Unreadable(
                    label,
                    "解压后过大，可能是压缩炸弹",
                    "it is too large when unpacked and may be a zip bomb",
                    "分成几个文件，或改用文件夹",
                    "Split it, or give a folder",
                )
        yield archive


def unpack(archive: zipfile.ZipFile, label: str, target: Path) -> Path:
    """Unpack the files of a package into ``target``; return the folder that holds the tables."""
    for member in archive.infolist():
        name = member_name(member)
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if member.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith("."):
            continue
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Unreadable(
                label,
                f"成员名“{name}”指向压缩包之外",
                f"member “{name}” points outside the archive",
                "重新打包，只放数据文件",
                "Pack it again with the data files only",
            )
        place = target.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(member) as packed, place.open("wb") as file:
                shutil.copyfileobj(packed, file)
        except DAMAGE:
            raise Unreadable(label, f"成员“{name}”已损坏", f"member “{name}” is damaged") from None
    inside = list(target.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else target


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese systems write GBK where the standard says code page 437."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
