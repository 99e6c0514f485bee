"""What may stand in a notice and in a letter: values in, answer out."""

from dataclasses import dataclass

from lianban.kit.text import Text

LENGTH = 300


def local(url: str) -> bool:
    """A notice leads to a page of this site and nowhere else."""
    return url.startswith("/") and not url.startswith("//") and "\\" not in url and not any(c.isspace() for c in url)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail: the sentence in both languages and the address to read on; nothing else leaves the site."""

    subject: str
    body: str


def letter(what: Text, url: str, site: str) -> Letter:
    """Write the letter of a notice; without a known address of the site it names the page's path."""
    lines = [what.zh, *([what.en] if what.en != what.zh else []), "", f"{site}{url}", ""]
    lines += ["内容请登录后查看。 Sign in to read on."]
    return Letter(f"【链办】{' '.join(what.zh.split())}", "\n".join(lines))
