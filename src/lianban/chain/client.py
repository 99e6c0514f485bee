"""A chain office's server from a notebook: the same tables and the same Chain as the local library, over ``/api/v1``."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from lianban.chain.dictionary import TABLES
from lianban.engine.errors import LianbanError

if TYPE_CHECKING:
    import pandas as pd

    from lianban.chain.chain import Chain

WAITS = 3  # times it waits when the server says "not so often"
LONGEST_WAIT = 65.0  # seconds; who has used up a day is told so
LOOK_EVERY = 0.5  # seconds between two looks at work under way
AT_WORK = ("queued", "running", "reading", "previewing", "applying")
CONSTANTS = ("source", "observed_on", "confidence", "confidentiality")
Cells = Mapping[str, Any]


class ServerRefused(LianbanError):
    """What the server did not do: its reasons, each with a code that never changes."""

    def __init__(self, status: int, reasons: list[dict[str, Any]]):
        self.status, self.reasons = status, reasons
        self.codes = [str(reason["code"]) for reason in reasons]
        told = "; ".join(str(reason["message"]["zh"]) for reason in reasons)
        super().__init__(f"{status}: {told}")


class Client:
    """A server of lianban as one person's token sees it.

    >>> client = Client("https://chain.example.org", token)      # doctest: +SKIP
    >>> chain = client.chain("antibody")                         # doctest: +SKIP
    >>> chain.diagnose().table().head(10)                        # doctest: +SKIP

    Parameters
    ----------
    url : address of the server
    token : issued on the server's page of tokens; without one the client sees what a visitor sees
    timeout : seconds after which a silent server is given up
    """

    def __init__(self, url: str, token: str = "", *, timeout: float = 60.0):
        if urlsplit(url).scheme not in ("http", "https"):
            raise LianbanError(f"{url!r} 不是网址，应以 https:// 开头 / is no address: it begins with https://")
        self.root = url.rstrip("/") + "/api/v1"
        self.timeout = timeout
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __repr__(self) -> str:
        return f"Client({self.root.removesuffix('/api/v1')!r})"

    # Reading

    def me(self) -> dict[str, Any]:
        """Who the token is here: roles, scopes, classes, limits."""
        return dict(self.get("/me"))

    def chains(self) -> "pd.DataFrame":
        """Return the chains one may see, with the number of rows of their tables."""
        import pandas as pd

        rows = [{**row, **{f"n_{k}": n for k, n in row.pop("counts").items()}} for row in self.items("/chains")]
        return pd.DataFrame(rows)

    def chain(self, code: str) -> "Chain":
        """Return a chain, equal to ``read_chain`` of the package the server gives out."""
        from lianban.chain.package import read_chain

        content, _ = self._ask("GET", f"/chains/{_part(code)}/package")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{_part(code)}.zip"
            path.write_bytes(content)
            return read_chain(path)

    def table(self, chain: str, table: str, **filters: Any) -> "pd.DataFrame":
        """Return rows of one table, typed as in ``Chain.tables``; filters as the server has them: ``product="film"``."""
        from lianban.chain.chain import Chain

        rows = list(self.items(f"/chains/{_part(chain)}/tables/{_part(table)}", **filters))
        return (
            Chain.from_tables({table: rows}, name=chain).tables[table] if rows else Chain.from_tables({}).tables[table]
        )

    def weak_points(self, chain: str, **filters: Any) -> "pd.DataFrame":
        """Return weak points in the order of their ranks: what the newest run says, and what is done about them."""
        import pandas as pd

        rows = []
        for row in self.items(f"/chains/{_part(chain)}/weak-points", **filters):
            computed = row.pop("computed") or {}
            rows.append({**row, **{f"computed_{k}": v for k, v in computed.items()}})
        return pd.DataFrame(rows)

    def demands(self, **filters: Any) -> "pd.DataFrame":
        """Return the demands raised on the site that one may see."""
        import pandas as pd

        return pd.DataFrame(list(self.items("/demands", **filters)))

    def run(self, chain: str, number: int) -> dict[str, Any]:
        """Return one run of the diagnosis, as ``Diagnosis.to_dict()`` has it, in ``result``."""
        return dict(self.get(f"/chains/{_part(chain)}/runs/{int(number)}"))

    def search(self, words: str, *kinds: str) -> "pd.DataFrame":
        """Find anything one may see, the best first: by name, part, former name, credit code, pinyin or initials."""
        import pandas as pd

        return pd.DataFrame(list(self.items("/search", words=words, kind=kinds)))

    def lists(self, chain: str) -> "pd.DataFrame":
        """Return which lists there are, and the newest published version of each."""
        import pandas as pd

        rows = self.get(f"/chains/{_part(chain)}/lists")["lists"]
        return pd.DataFrame([{**row, "published": (row["published"] or {}).get("version")} for row in rows])

    def list_rows(self, chain: str, key: str, *, version: int | None = None, language: str = "zh") -> "pd.DataFrame":
        """Return the rows of a list as it stands, or as it was published; words in one language."""
        import pandas as pd

        where = f"/chains/{_part(chain)}/lists/{_part(key)}" + (f"/versions/{int(version)}" if version else "")
        said = [
            {name: value[language] if isinstance(value, dict) and language in value else value for name, value in row.items()}
            for row in self.items(where)
        ]  # fmt: skip
        return pd.DataFrame(said)

    # Changing

    def row(self, chain: str, table: str, code: str) -> tuple[dict[str, Any], str]:
        """Return one row and its ETag, which ``set_row`` takes."""
        content, headers = self._ask("GET", _row(chain, table, code))
        return json.loads(content), headers["etag"]

    def set_row(self, chain: str, table: str, code: str, cells: Cells | None, *, etag: str = "", note: str = "") -> str:
        """Set some cells of a row (None: delete it), make a new one without an ETag; returns where it stands.

        Raises
        ------
        ServerRefused
            Status 412 where somebody changed the row after it was read.
        """
        method = "DELETE" if cells is None else "PATCH" if etag else "PUT"
        address = _row(chain, table, code) + (f"?{urlencode({'note': note})}" if note else "")
        sent = {"Idempotency-Key": str(uuid4()), **({"If-Match": etag} if etag else {})}
        content, _ = self._ask(method, address, cells, sent)
        return str(json.loads(content)["location"])

    def change(self, chain: str, tables: Mapping[str, Mapping[str, Cells | None]], *, note: str = "") -> str:
        """Change many rows as one unit that can be undone; returns the address of the change."""
        return self.post(f"/chains/{_part(chain)}/changes", {"tables": tables, "note": note})

    def diagnose(self, chain: str, *, wait: float = 600.0, **asked: Any) -> dict[str, Any]:
        """Have the server diagnose a chain and wait for the job; returns the job."""
        return self._wait(self.post(f"/chains/{_part(chain)}/runs", asked), wait)

    def undo(self, chain: str, number: int) -> str:
        """Undo a change set; returns the address of the change that undid it."""
        return self.post(f"/chains/{_part(chain)}/changes/{int(number)}/undo", {})

    def publish(self, chain: str, key: str, *, confidentiality: str, signer: str, note: str = "") -> int:
        """Publish a list for readers of one class; returns the version."""
        asked = {"confidentiality": confidentiality, "signer": signer, "note": note}
        return int(self.post(f"/chains/{_part(chain)}/lists/{_part(key)}/versions", asked).rpartition("/")[2])

    def export(self, chain: str, kind: str, path: str | Path, *, wait: float = 600.0, **asked: Any) -> Path:
        """Have the server make a file of a chain (docx, pdf, xlsx, csv, graphml …), wait for it and write it."""
        where = self.post(f"/chains/{_part(chain)}/files", {"kind": kind, **asked})
        if (told := self._wait(where, wait))["state"] != "made":
            raise LianbanError(f"文件没有生成 / the file was not made: {told['state']}")
        content, _ = self._ask("GET", where.removeprefix("/api/v1") + "/content")
        Path(path).write_bytes(content)
        return Path(path)

    # Importing

    def import_file(
        self, chain: str, path: str | Path, *, label: str = "", apply: bool = False, wait: float = 600.0, **mapping: Any
    ) -> dict[str, Any]:
        """Bring a file into a chain and wait for its preview; with ``apply`` for it to be written too.

        Columns are read as the server proposes, as files with this label were read last, or as ``mapping`` says:
        ``table``, ``columns={"企业名称": "name"}``, ``overwrite``, ``delete_missing`` (whole packages), ``sheet``,
        ``header_rows``, and for every row ``source``, ``observed_on``, ``confidence``, ``confidentiality``. Returns the import:
        ``id``, ``state``, ``counts``.
        """
        body, kind = _form({"label": label}, Path(path))
        sent = {"Content-Type": kind, "Idempotency-Key": str(uuid4())}
        content, _ = self._ask("POST", f"/chains/{_part(chain)}/imports", body, sent)
        return self._previewed(json.loads(content)["location"], mapping, apply=apply, wait=wait)

    def import_sheet(
        self, number: int, sheet: str, *, apply: bool = False, wait: float = 600.0, **mapping: Any
    ) -> dict[str, Any]:
        """Bring another sheet of a workbook that ``import_file`` sent, as an import of its own; the rest as there."""
        return self._previewed(
            self.post(f"/imports/{int(number)}/sheets", {"sheet": sheet}), mapping, apply=apply, wait=wait
        )

    def _previewed(self, location: str, mapping: Mapping[str, Any], *, apply: bool, wait: float) -> dict[str, Any]:
        where = location.removeprefix("/api/v1")
        told = self._wait(where, wait)
        for _ in range(2):  # another table or sheet than the server read first is read again
            if told["state"] != "mapping":
                break
            self._map(where, mapping)
            told = self._wait(where, wait)
        return self.apply_import(told["id"], wait=wait) if apply and told["state"] == "preview" else told

    def _map(self, where: str, mapping: Mapping[str, Any]) -> None:
        content, headers = self._ask("GET", f"{where}/mapping")
        now, chosen = json.loads(content), {**mapping}
        names = {one["name"]: str(one["at"]) for one in now["columns"]}
        columns = {names.get(key, str(key)): {"column": column} for key, column in chosen.pop("columns", {}).items()}
        kept = {name: value for name, value in now["constants"].items() if name in CONSTANTS and value}
        constants = {**kept, **{name: chosen.pop(name) for name in CONSTANTS if name in chosen}}
        asked = {"table": now["table"], **chosen, "columns": columns, "constants": constants}
        sent = {"If-Match": headers["etag"], "Idempotency-Key": str(uuid4())}
        self._ask("PUT", f"{where}/mapping", asked, sent)

    def preview(self, number: int, **filters: Any) -> "pd.DataFrame":
        """Return what an import would do, line by line; ``verdict="changed"`` for some of it."""
        import pandas as pd

        return pd.DataFrame(list(self.items(f"/imports/{int(number)}/lines", **filters)))

    def apply_import(self, number: int, *, wait: float = 600.0) -> dict[str, Any]:
        """Write what was previewed, all or nothing, and wait for it.

        Raises
        ------
        ServerRefused
            Status 412 where the import became another after it was read here.
        """
        where = f"/imports/{int(number)}"
        _, headers = self._ask("GET", where)
        self._ask("POST", f"{where}/apply", {}, {"If-Match": headers["etag"], "Idempotency-Key": str(uuid4())})
        return self._wait(where, wait)

    def undo_import(self, number: int) -> str:
        """Undo an import that was written; returns the address of the change that undid it."""
        return self.post(f"/imports/{int(number)}/undo", {})

    def import_result(self, number: int, path: str | Path) -> Path:
        """Write one's own file with its column 结果: what became of each row."""
        content, _ = self._ask("GET", f"/imports/{int(number)}/result")
        Path(path).write_bytes(content)
        return Path(path)

    # The interface itself

    def get(self, path: str, **query: Any) -> Any:
        """Return what stands at an address below ``/api/v1``."""
        content, _ = self._ask("GET", path + (f"?{urlencode(query)}" if query else ""))
        return json.loads(content)

    def items(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Give the items of a list, page after page."""
        given = {name: value for name, value in query.items() if value is not None}
        address: str | None = f"{path}?{urlencode({'limit': 1000, **given}, doseq=True)}"
        while address:
            page = self.get(address)
            yield from page["items"]
            address = page["next"].removeprefix("/api/v1") if page["next"] else None

    def post(self, path: str, body: Any) -> str:
        """Have something done once, however often the wire breaks; returns where it stands."""
        content, _ = self._ask("POST", path, body, {"Idempotency-Key": str(uuid4())})
        return str(json.loads(content)["location"])

    def _wait(self, where: str, seconds: float) -> dict[str, Any]:
        """Look at work under way until it is done, or for so long."""
        until = time.monotonic() + seconds
        while (told := self.get(where.removeprefix("/api/v1")))["state"] in AT_WORK and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
        return dict(told)

    def _ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, dict[str, str]]:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body, default=str).encode()
        sent = {**self._headers, **({"Content-Type": "application/json"} if data else {}), **(headers or {})}
        for left in reversed(range(WAITS + 1)):
            try:
                with urlopen(Request(self.root + path, data, sent, method=method), timeout=self.timeout) as answer:
                    return answer.read(), {name.lower(): value for name, value in answer.headers.items()}
            except HTTPError as error:
                pause = float(error.headers.get("Retry-After") or 0)
                if error.code == 429 and left and 0 < pause <= LONGEST_WAIT:
                    time.sleep(pause)
                    continue
                raise ServerRefused(error.code, _reasons(error)) from None
            except URLError as error:
                raise LianbanError(f"{self.root} 无法连接 / cannot be reached: {error.reason}") from None
        raise AssertionError("unreachable")


def _reasons(error: HTTPError) -> list[dict[str, Any]]:
    try:
        return list(json.loads(error.read())["refused"])
    except (ValueError, KeyError, TypeError):
        return [{"code": "server", "message": {"zh": str(error.reason), "en": str(error.reason)}}]


def _form(fields: Mapping[str, str], file: Path) -> tuple[bytes, str]:
    """A form with a file as the wire has it, and its content type."""
    mark = uuid4().hex
    told = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    name = file.name.replace("\\", "").replace('"', "'")
    told.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n')  # fmt: skip
    return "".join(
        told
    ).encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _part(text: str) -> str:
    return quote(str(text), safe="")


def _row(chain: str, table: str, code: str) -> str:
    if table not in TABLES:
        raise LianbanError(f"没有表 {table} / there is no table {table}; {', '.join(TABLES)}")
    return f"/chains/{_part(chain)}/tables/{_part(table)}/{quote(code, safe='/')}"
