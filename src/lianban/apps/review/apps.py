"""Review (评审): experts, panels drawn at random, who must step back, scores that are frozen before names open."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head", "science_bureau")


class ReviewConfig(mechanisms.Mechanism):
    name = "lianban.apps.review"
    prefix = "review/"
    menu = (
        mechanisms.MenuEntry(Text("评审", "Reviews"), "review:panels", 60, "review.see", "work"),
        mechanisms.MenuEntry(Text("我的评审", "My reviews"), "review:mine", 61, "review.sit", "work"),
    )
    deeds = {
        "review.see": (*OFFICE, "supervisor"),
        "review.organise": OFFICE,
        "review.decide_hit": ("office_head", "science_bureau", "supervisor"),
        "review.keep_pool": ("science_bureau", "office_head"),
        "review.see_pool": (*OFFICE, "supervisor"),
        "review.bar": ("science_bureau", "office_head", "supervisor"),
        "review.sit": ("expert",),
    }
