"""What maps and lists there are, what each means, and when one may be published; no database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

Plain = Mapping[str, Any]  # one row: "key" and a value for each column


@dataclass(frozen=True, slots=True)
class Kind:
    """One map or list of the usual union (N图N清单): its key, number, name, what stands in it.

    ``missing`` says why there is none: the facts it needs are not kept.
    """

    key: str
    number: str
    name: Text
    what: Text
    missing: Text | None = None
    address: str = ""  # of a map: name of its page
    query: str = ""
    deed: str = ""  # asked of readers of an inner version, beside its class
    opens: str = ""  # of a list: name of the page of one row

    @property
    def kept(self) -> bool:
        return self.missing is None


def _not_kept(zh: str, en: str) -> Text:
    return Text(f"未知：系统还没有保存{zh}", f"unknown: {en} are not kept yet")


MAPS: tuple[Kind, ...] = (
    Kind("panorama", "M1", Text("产业链全景图", "Panorama of the chain"), Text("全部环节、产品和投入关系", "all segments, products and needs"), address="maps:map"),
    Kind("present", "M2", Text("现状图", "Present state"), Text("按国内水平标出的产品，图例即筛选", "products by level at home; the legend filters"), address="maps:map", query="level=L3,L4,L5"),
    Kind("routes", "M3", Text("技术路线图", "Technology routes"), Text("按时间和成熟度", "by time and readiness"), _not_kept("技术路线的时间节点", "dates of technology routes")),
    Kind("applications", "M4", Text("应用领域图", "Fields of application"), Text("按应用领域分组的产品", "products grouped by field of application"), _not_kept("统一分类的应用领域（产品只有文字说明）", "classified fields of application (products state them in words)")),
    Kind("regions", "M5", Text("区域分布图", "Distribution by region"), Text("组织所在的省和区划", "where the organisations are"), address="maps:regions"),
    Kind("recruitment_map", "M6", Text("招商路线图", "Recruitment routes"), Text("目标企业和所在地", "target firms and where they are"), _not_kept("招商对象", "targets of recruitment")),
    Kind("risk", "M7", Text("风险热力图", "Risk map"), Text("空白到小批量的产品及断供损失", "products from blank to small batch, with their loss"), address="maps:map", query="level=L0,L1,L2,unknown"),
)  # fmt: skip

LISTS: tuple[Kind, ...] = (
    Kind("anchors", "L1", Text("重点企业清单", "Key firms"), Text("链主企业", "anchor firms of the chain"), opens="atlas:organisation"),
    Kind("demands", "L15a", Text("企业需求清单", "Needs of firms"), Text("企业提出、已列入的需求", "needs firms stated that are listed")),
    Kind("weak_points", "L5", Text("薄弱环节清单", "Weak points"), Text("已提出的薄弱环节，责任单位、期限和状态", "weak points raised, with who, by when and state"), deed="diagnosis.see", opens="diagnosis:point"),
    Kind("measures", "L5a", Text("措施清单", "Measures"), Text("候选措施、成本和是否入选组合", "candidate measures, cost, and whether chosen"), deed="measures.see"),
    Kind("suppliers", "L2", Text("配套企业清单", "Supplying firms"), Text("有产品或供应关系的其他企业", "other firms that make or supply something"), opens="atlas:organisation"),
    Kind("projects", "L3", Text("项目清单", "Projects"), Text("在办和已结的项目", "projects under way and ended"), deed="projects.see", opens="projects:show"),
    Kind("tackling", "L4", Text("关键技术攻关清单", "Key technology tackling"), Text("榜单和状态", "challenges and their state"), deed="challenges.see"),
    Kind("strengths", "L6", Text("长板清单", "Strengths"), Text("最近一次诊断认定的长板", "strengths by the newest diagnosis"), deed="diagnosis.see", opens="diagnosis:point"),
    Kind("supply_risk", "L7", Text("断链断供风险清单", "Risks of supply breaks"), Text("最大境外来源停供时的损失", "loss if the largest foreign origin stops"), deed="diagnosis.see", opens="diagnosis:point"),
    Kind("recruitment", "L8", Text("招商对象清单", "Targets of recruitment"), Text("目标企业", "target firms"), _not_kept("招商对象", "targets of recruitment")),
    Kind("platforms", "L9", Text("创新平台清单", "Platforms"), Text("实验室、院所、高校和服务机构", "laboratories, institutes, universities, services"), opens="atlas:organisation"),
    Kind("talent", "L10", Text("人才清单", "Talent"), Text("急需人才", "people in short supply"), _not_kept("人才需求", "needs for talent")),
    Kind("policies", "L11", Text("政策清单", "Policies"), Text("现行政策", "policies in force"), _not_kept("政策条目（规则集只有计算所用的数）", "policies as items (rule sets hold the numbers used)")),
    Kind("problems", "L12", Text("问题清单", "Problems"), Text("企业问题和办理", "problems of firms and their handling"), _not_kept("企业问题", "problems of firms")),
    Kind("elements", "L13", Text("园区与要素清单", "Parks and elements"), Text("用地、能源等", "land, energy and so on"), _not_kept("园区和用地、能源要素", "parks, land and energy")),
    Kind("financing", "L14", Text("融资清单", "Financing"), Text("融资需求", "needs for money"), _not_kept("融资需求", "needs for financing")),
    Kind("opportunities", "L15", Text("供需对接清单", "Purchase and supply"), Text("尚无国内供应的需求产品", "needed products without a maker in operation"), opens="atlas:product"),
)  # fmt: skip


def kind(key: str) -> Kind | None:
    return next((one for one in LISTS if one.key == key), None)


def digest(columns: Sequence[Plain], rows: Sequence[Plain]) -> str:
    """The same for the same columns and rows, whatever made them."""
    plain = json.dumps([list(columns), list(rows)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()


def publication_refusals(
    *, kept: bool, signer: str, may_see_class: bool, reaches_chain: bool, same: int | None
) -> list[Refusal]:
    """Say why a list cannot be published; everything at once."""
    found = []
    if not kept:
        found.append(
            refuse(
                "lists.no_facts",
                "系统没有这份清单所需的事实，不能发布",
                "the facts of this list are not kept; it cannot be published",
            )
        )
    if not signer.strip():
        found.append(refuse("lists.signer_missing", "请填写签发单位", "state the office that signs"))
    if not may_see_class:
        found.append(
            refuse("lists.class_above", "不能发布高于自己权限的密级", "a class above your own cannot be published")
        )
    elif not reaches_chain:
        found.append(
            refuse(
                "lists.class_below_chain",
                "发布的密级不能低于产业链本身的密级",
                "a list cannot be more open than its chain",
            )
        )
    if same is not None:
        found.append(
            refuse(
                "lists.nothing_new",
                "与第 {n} 版完全相同，不必再发",
                "the same as version {n}; nothing to publish",
                n=same,
            )
        )
    return found  # fmt: skip
