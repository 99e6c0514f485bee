"""Every page as every role: no crash, no sideways scroll on a phone, nothing serious for people who hear or tab through it."""

import re
import time
import urllib.error
import urllib.request
from collections import deque
from http.cookiejar import CookieJar
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from lianban.apps.parties.rules import ROLES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
USERS = {
    "officer": "officer", "office_head": "head", "chief": "chief", "lead_department": "department",
    "science_bureau": "science", "expert": "expert", "analyst": "analyst", "supervisor": "supervisor", "legal_unit": "legal", "notary": "notary",
    "enterprise": "enterprise", "laboratory": "laboratory", "visitor": "visitor", "administrator": "admin",
}  # fmt: skip
SECONDS_A_ROLE = 5  # the crawl takes the shallow pages first; how many it reached is told
# A page of each kind: of pages that differ only in a code, two are enough.
KINDS = (
    r"/chains/[^/]+/(products|segments|organisations)/[^/]+",
    r"/diagnosis/[^/]+/points/[^/]+",
    r"/diagnosis/indicators/[^/]+",
    r"/measures/[^/]+/costs/[^/]+",
)


class Crawler:
    """Follows links with a session's cookie, over HTTP: quicker than a browser, and it sees the same addresses."""

    def __init__(self, address, cookies):
        self.address = address
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.opener.addheaders = [("Cookie", "; ".join(f"{c['name']}={c['value']}" for c in cookies))]

    def get(self, path):
        try:
            with self.opener.open(urljoin(self.address, path), timeout=60) as response:
                html = "html" in response.headers.get("Content-Type", "")
                return response.status, response.read().decode() if html else ""
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""

    def crawl(self, seconds):
        """Give the status of every page reached, breadth first."""
        found, waiting, kinds = {}, deque(["/"]), {}
        seen, end = {"/"}, time.monotonic() + seconds
        while waiting and time.monotonic() < end:
            path = waiting.popleft()
            found[path], body = self.get(path)
            for link in re.findall(r'(?:href|hx-get)="([^"#]+)', body):
                target = urlsplit(urljoin(urljoin(self.address, path), link.replace("&amp;", "&")))
                if target.netloc != urlsplit(self.address).netloc or target.path.startswith(
                    ("/static/", "/people/sign-out")
                ):
                    continue
                key = target.path + ("?" + target.query if target.query else "")
                kind = next((pattern for pattern in KINDS if re.match(pattern, target.path)), key)
                if (
                    key not in seen
                    and kinds.get(kind, 0) < 2
                    and (not target.query or kinds.get(target.path + "?", 0) < 3)
                ):
                    seen.add(key)
                    kinds[kind] = kinds.get(kind, 0) + 1
                    kinds[target.path + "?"] = kinds.get(target.path + "?", 0) + bool(target.query)
                    waiting.append(key)
        return found


OFTEN = ("", "officer")  # the others are crawled in make evidence


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in OFTEN else pytest.mark.evidence) for role in [*sorted(ROLES), ""]]
)
def test_no_page_a_role_can_reach_breaks(people, demo, role):
    person = people(USERS[role] if role else "", "en" if role in ("expert", "analyst") else "zh")
    found = Crawler(demo.address, person.context.cookies()).crawl(SECONDS_A_ROLE)

    bad = {path: status for path, status in found.items() if status not in (200, 403, 404)}
    assert not bad
    dead = [path for path, status in found.items() if status == 404]
    assert not dead, f"links that lead nowhere for {role or 'nobody'}: {dead}"
    assert len(found) >= 8


KEY_PAGES = {
    "": ["/", "/chains/", "/chains/antibody/", "/chains/antibody/map/", "/chains/antibody/products/bag/", "/demands/", "/challenges/", "/challenges/3/", "/people/sign-in/"],
    "officer": ["/", "/diagnosis/", "/diagnosis/antibody/", "/diagnosis/antibody/points/bag-film/", "/diagnosis/antibody/what-if/",
                "/diagnosis/antibody/what-if/?add_product=bag&add_source=CN&over=worst", "/diagnosis/antibody/scenario-sets/", "/diagnosis/antibody/runs/",
                "/diagnosis/antibody/studies/1/", "/diagnosis/antibody/studies/2/", "/measures/antibody/", "/measures/antibody/portfolios/4/",
                "/measures/antibody/costs/level:bag:L3/", "/measures/nev/",
                "/demands/1/", "/demands/2/", "/reports/", "/reports/antibody/", "/instructions/", "/instructions/1/", "/minutes/antibody/",
                "/chains/antibody/organisations/", "/chains/antibody/demands/", "/diagnosis/indicators/", "/challenges/", "/challenges/1/",
                "/challenges/2/", "/challenges/3/", "/consortia/", "/consortia/1/", "/projects/1/", "/ledger/", "/waiting/"],
    "chief": ["/", "/reports/antibody/"],
    "enterprise": ["/", "/demands/new/antibody/", "/demands/antibody/bag/can-do/", "/demands/serve/", "/challenges/3/"],
    "laboratory": ["/"],
}  # fmt: skip
ALL_PAGES = [(user, path) for user, paths in KEY_PAGES.items() for path in paths]


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.evidence)])
def test_no_page_scrolls_sideways_on_a_phone(people, language):
    wide = []
    for user, path in ALL_PAGES:
        page = people(user, language, width=360).open(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide.append((user, path, width))
    assert not wide


@pytest.mark.parametrize(
    ("user", "language"),
    [("", "zh"), pytest.param("officer", "zh", marks=pytest.mark.evidence), ("chief", "en"), ("enterprise", "en")],
)
def test_nothing_serious_for_people_who_do_not_see_or_point(people, user, language):
    axe, serious = Axe(), []
    for path in KEY_PAGES[user]:
        page = people(user, language).open(path)
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = [node["html"][:120] for node in violation["nodes"][:3]]
                serious.append(f"{path}: {violation['id']}: {violation['help']}: {where}")
    assert not serious, "\n".join(serious)


def test_pages_in_english_show_no_chinese_of_ours(people):
    """Data and names may be Chinese; headings, menu, buttons and labels of the site are not."""
    left = []
    for user in ("officer", "enterprise", ""):
        for path in KEY_PAGES[user]:
            page = people(user, "en").open(path)
            texts = page.locator("main th, main button, main label, nav a, h2, main summary").all_inner_texts()
            own = [text for text in texts if re.search(r"[\u4e00-\u9fff]", text) and "（" not in text]
            left += [(path, text) for text in own]
    assert not left
