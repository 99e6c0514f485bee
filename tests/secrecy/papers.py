"""Two agreements on the stage, a draft and one that waits for signatures; and their rows in the table of who may do what."""

from lianban.apps.agreements import services
from lianban.apps.agreements.models import Agreement
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.text import Text

OWNER = "owner"
OFFICE = "agreements.end"  # a deed that exactly those who write in every draft may do


def tell(stage, chain, at, readers):
    """Agreements of the office's class between firms that nobody of the cast acts for, with a word in every text."""
    who, told = readers("office", deed="agreements.see"), {"by": SYSTEM, "at": at}

    def word(what):
        return stage.word(f"agreement.{what} (office)", who)

    firms = [Organisation.objects.get(code=stage.codes["organisation"][c]).pk for c in ("open", "chain")]
    frozen = rulesets.freeze(chain.code, at.date(), "agreement", "project")
    found = {}
    for name, kind in (("bags", "task_book"), ("issued", "pledge")):
        row = services.start(subject=f"test.{name}:1", kind=kind, parties=firms, frozen=frozen, chain=chain.code,
                             title=Text(word("title"), word("title_en")), **told)  # fmt: skip
        services.choose(agreement_id=row.pk, clause="effect", option="written", **told)
        found[name] = row.pk
    texts = {str(firm): word("task") for firm in firms}
    services.choose(
        agreement_id=found["bags"], clause="tasks", option="each", values={"parts": texts, "way": "all"}, **told
    )
    line = services.list_background(agreement_id=found["bags"], organisation_id=firms[0], kind="patent", title=word("patent"),
                                    number=word("number"), scope=word("scope"), **told)  # fmt: skip
    services.choose(agreement_id=found["issued"], clause="pledge", option="vow", **told,
                    values={"solver": firms[0], "goal": word("goal"), "due_on": "2027-12-31"})  # fmt: skip
    services.issue_version(agreement_id=found["issued"], **told)
    Agreement.objects.filter(pk=found["bags"]).update(end_reason=word("reason"))
    stage.pks["agreement"] = {**found, "line": line.pk, "firm": firms[0]}


def rows(stage, today):
    """As the table in test_permissions: the view, who may, an address, good data."""
    pks, view = stage.pks["agreement"], "lianban.apps.agreements.views.building"
    draft, firm = f"/agreements/{pks['bags']}", str(pks["firm"])
    line = {"organisation": firm, "kind": "patent", "title": "示例专利"}
    return [
        (f"{view}.clause", OFFICE, f"{draft}/clauses/effect/", {"option": "written"}),
        (f"{view}.preview", OFFICE, f"{draft}/clauses/effect/preview/", {"option": "written"}),
        (f"{view}.leave_open", OFFICE, f"{draft}/clauses/effect/open/", {}),
        (f"{view}.propose", OFFICE, f"{draft}/propose/", {}),
        (f"{view}.background", OFFICE, f"{draft}/background/", line),
        (f"{view}.strike", OFFICE, f"{draft}/background/{pks['line']}/strike/", {}),
        (f"{view}.issue", OFFICE, f"{draft}/issue/", {}),
        (f"{view}.revise", OFFICE, f"/agreements/{pks['issued']}/revise/", {}),
        (f"{view}.sign", OWNER, f"/agreements/{pks['issued']}/sign/{firm}/", {}),
        (f"{view}.end", OFFICE, f"{draft}/end/", {"end-reason": "任务完成"}),
    ]
