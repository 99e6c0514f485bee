"""Which actions to propose (措施建议) for a weak point: those its facts offer a hold for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lianban.chain.interventions.actions import LEVELS, Action
from lianban.chain.interventions.setting import Setting
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis.product import ProductDiagnosis

# Sizes that a proposal starts from; a person may enter others under their own code.
LARGEST_SHARE = 0.3
SPARE = 0.1
STOCK_DAYS = 30.0
# Who tries the product or makes its like; a maker of something else of the same segment is too far to propose.
NEAR = ("building", "pilot", "lab", "small_batch", "sibling", "shared_input")

AT_HOME = Text("境内尚无近似的供方，以新增境内来源计", "nobody at home makes its like: a new source at home")
NEXT_ORIGIN = Text("已有其他境外来源，可分散集中度", "another origin supplies already: less in one hand")
NEXT_LEVEL = Text(
    "国内水平为 {level}，上一级可提高补位准备度", "the level at home is {level}; one higher is readier to step in"
)
BRIDGES = Text("断供初期以储备衔接", "stock bridges the first days of a cut")
CAN_MAKE_MORE = Text("境内已能稳定量产或小批量供应", "made at home already")
ONLY_ONE = Text("其停产损失达 {loss:.0%} 的产出", "if it stops {loss:.0%} of the output is lost")


def proposals(setting: Setting, top: int) -> Iterator[tuple[Action, Text]]:
    """Actions for the worst weak points whose cut loses something, each with the reason."""
    shown = [point for point in setting.diagnosis.weak_points if point.loss.cut][:top]
    for point in shown:
        yield from _for_product(setting, point)
    yield from _firms(setting, {point.code for point in shown})


def _for_product(setting: Setting, point: "ProductDiagnosis") -> Iterator[tuple[Action, Text]]:
    code = point.code
    share = _share(setting, code)
    near = [one for one in point.solvers if one.reasons[0][0] in NEAR]
    if near:
        yield Action("second_source", code, near[0].organisation, share), near[0].why(setting.diagnosis.facts.products)
    else:
        yield Action("second_source", code, setting.diagnosis.facts.home, share), AT_HOME
    other = _other_origin(setting, point)
    if other is not None:
        yield Action("origin", code, other, share), NEXT_ORIGIN
    level = point.level.used
    if level in LEVELS[:-1]:
        yield Action("level", code, level=LEVELS[LEVELS.index(level) + 1]), NEXT_LEVEL.format(level=level)
    makers = [source for source in point.sources if source.home and source.supplies and source.organisation]
    if makers:
        yield Action("capacity", code, makers[0].organisation, SPARE), CAN_MAKE_MORE
    yield Action("stock", code, amount=STOCK_DAYS), BRIDGES


def _firms(setting: Setting, products: set[str]) -> Iterator[tuple[Action, Text]]:
    """Firms at home that are the only known makers of a product that is shown."""
    for one in setting.diagnosis.organisations:
        only = {*one.only_maker_of, *one.only_known_maker_of} & products
        if one.home and one.loss and only:
            yield Action("retain", who=one.code), ONLY_ONE.format(loss=one.loss)


def _share(setting: Setting, product: str) -> float:
    """An equal split with the sources there are, rounded down, and no more than the largest proposed."""
    shares = setting.base.nodes["share"].iloc[setting.base.nodes_of(product)]
    return float(min(LARGEST_SHARE, int(100 / (1 + int((shares > 0).sum()))) / 100))


def _other_origin(setting: Setting, point: "ProductDiagnosis") -> str | None:
    """A foreign origin that supplies or is named as a source, other than the largest one."""
    largest = point.loss.largest_origin
    named = [source.origin for source in point.sources if source.home is False and source.supplies and source.origin]
    return next((origin for origin in named if origin not in (largest, "XX")), None)
