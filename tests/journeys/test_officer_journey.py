"""Open the map → the worst weak point → read why → what if its largest origin is cut → add a second source → assign an
owner → print the chief's page → export."""

import io
import re

import openpyxl
import pytest

pytestmark = pytest.mark.browser
# Two chains, so that each language begins with a worst weak point that nobody has been given yet.
CHAIN = {"zh": "antibody", "en": "nev"}
UNIT = {"zh": "医药产业处（旅程）", "en": "Vehicle division (journey)"}
WORDS = {
    "zh": {"acting": "办理中", "class": "链办内部", "sheet": "五个最薄弱环节", "inside": "密级"},
    "en": {"acting": "being worked on", "class": "chain office only", "sheet": "The five weakest points", "inside": "Confidentiality"},
}  # fmt: skip


def shares(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"([\d.]+)\s*%", text)]


def answer(officer):
    """Press 推演 where the address alone did not ask yet, and give the answer."""
    page = officer.page
    if not page.locator("#answer").count():
        officer.go("#scenario button.main")
    page.wait_for_selector("#answer")
    return page.locator("#answer")


def assign(officer, chain: str, code: str, unit: str) -> None:
    """Take a weak point through the office's steps, each by its own button, until somebody owns it."""
    page = officer.open(f"/diagnosis/{chain}/points/{code}/")
    for _ in range(8):
        form = page.locator("#act form")
        verb = re.search(r"/do/(\w+)/", form.get_attribute("action"))[1]
        if verb == "report":
            return
        if verb == "assign":
            form.locator("[name=lead_department]").fill("工业和信息化局")
            form.locator("[name=unit]").fill(unit)
            form.locator("[name=person]").fill("经办人甲")
            form.locator("[name=due_on]").fill("2099-12-31")
        if form.locator("[name=route]").count():
            form.locator("[name=route][value=second_source]").check()
        if form.locator("[name=note]").count():
            form.locator("[name=note]").fill("旅程中逐步办理")
        officer.go("#act form button.main")
    raise AssertionError("the weak point was not assigned in eight steps")


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.evidence)])
def test_from_the_map_to_the_chiefs_page(people, demo, tmp_path, language):
    chain, unit, words = CHAIN[language], UNIT[language], WORDS[language]
    officer = people("officer", language)

    # The map, and from it the list of weak points and the worst of them.
    page = officer.open(f"/chains/{chain}/map/")
    assert page.locator("main svg a").count() >= 25
    officer.go(f'main a[href^="/diagnosis/{chain}/"]')
    officer.go("#weak-points tbody tr a")
    code = re.search(r"/points/([^/]+)/", page.url)[1]
    why = page.inner_text(".whyline")
    assert len(why) > 20

    # What if its largest origin is cut: the chain loses something, and the page says how it gets there.
    point = page.url
    officer.go('main a.btn[href*="what-if"][href*="cut_origin="]:not([href*="add_product="])')
    lost = shares(answer(officer).locator(".big").first.inner_text())
    assert lost and lost[0] > 0

    # A second source is added: its loss_cut falls.
    page.goto(point)
    officer.go('main a.btn[href*="add_product="]')
    row = answer(officer).locator(f'table.before-after tr:has(a[href*="/points/{code}/"])')
    before, after = shares(row.locator("td").nth(3).inner_text())
    assert after < before

    # Somebody owns it.
    assign(officer, chain, code, unit)
    assert words["acting"] in page.inner_text(".steps [aria-current]")
    assert unit in officer.open(f"/diagnosis/{chain}/points/{code}/").inner_text("main")

    # The chief's page fits one sheet of A4, and names the unit.
    chief = people("chief", language)
    page = chief.open(f"/reports/{chain}/")
    sheet = page.inner_text("#sheet")
    assert words["sheet"] in sheet and words["class"] in sheet and unit in sheet
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45][\d.]* 84[12]", printed)

    # The list goes out as a file: with its class on top, the worst point first, its owner in it.
    response = officer.context.request.get(f"{demo.address}diagnosis/{chain}/?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.body()))
    rows = [[str(cell) for cell in line if cell is not None] for line in book.active.iter_rows(values_only=True)]
    assert any(words["inside"] in cell for line in rows[:6] for cell in line)
    assert any(unit in line for line in rows)
    text = officer.context.request.get(f"{demo.address}diagnosis/{chain}/?format=csv").body()
    assert text.startswith(b"\xef\xbb\xbf") and unit in text.decode("utf-8-sig")


FILL = """(sign) => {
  const sheet = document.querySelector("#sheet"), full = (width) => sign.repeat(sign === "字" ? width / 2 : width / 6);
  sheet.className = "sheet tightest";
  const row = sheet.querySelector("table.points tbody tr");
  while (sheet.querySelectorAll("table.points tbody tr").length < 5) row.after(row.cloneNode(true));
  const put = (selector, width) => sheet.querySelectorAll(selector).forEach((cell) => { cell.textContent = full(width); });
  put("ol.three li", 330); put("td.reason", 200); put("table.points td:nth-child(2)", 56);
  put("table.points td:nth-child(6)", 40); put("table.points td:last-child", 48);
  for (const [list, count, width] of [["section:nth-of-type(3) ol", 3, 220], ["section:nth-of-type(4) ul", 3, 210]]) {
    const place = sheet.querySelector(list);
    if (!place) throw new Error(list);
    place.innerHTML = "";
    for (let i = 0; i < count; i += 1) { const li = document.createElement("li"); li.textContent = full(width); place.append(li); }
  }
}"""


@pytest.mark.parametrize("sign", ["字", "words "])
def test_the_longest_page_there_can_be_is_still_one_sheet(people, sign):
    """Every text at the width at which the page cuts it, in the smallest type."""
    page = people("chief").open("/reports/antibody/")
    page.evaluate(FILL, sign)

    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
