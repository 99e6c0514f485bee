"""Projects (项目): a signed piece of work by either road, delivered, accepted, used, and told to the diagnosis."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

READERS = ("officer", "office_head", "chief", "lead_department", "science_bureau", "supervisor", "analyst")
OFFICE = ("officer", "office_head")
BUREAU = ("science_bureau", "office_head")
SOLVERS = ("enterprise", "laboratory")


class ProjectsConfig(mechanisms.Mechanism):
    name = "lianban.apps.projects"
    prefix = "projects/"
    names = {
        "projects.project": "lianban.apps.projects.queries.reading.named",
        "projects.milestone": "lianban.apps.projects.queries.reading.named_milestones",
    }
    menu = (mechanisms.MenuEntry(Text("项目", "Projects"), "projects:list", 46, "projects.list", "work"),)
    deeds = {
        "projects.see": READERS,  # every project of the chain, within one's clearance; parties see their own anyway
        "projects.list": (*READERS, *SOLVERS),
        "projects.start": (*OFFICE, "science_bureau", *SOLVERS),  # by the road it came by, which asks for its own deed
        # The lead, and nobody else, speaks for the work; services ask for the relation too.
        "projects.report": SOLVERS,
        "projects.ask": SOLVERS,
        "projects.appeal": SOLVERS,
        "projects.enter_report": (*SOLVERS, *OFFICE, "science_bureau"),
        # The office, the bureau, or who commissioned the work.
        "projects.check": (*OFFICE, "science_bureau", "lead_department"),
        "projects.decide": BUREAU,
        "projects.judge": BUREAU,
        "projects.conclude": BUREAU,
        "projects.pay": (*OFFICE, "science_bureau"),
        "projects.end": BUREAU,
        "projects.answer_appeal": (*BUREAU, "supervisor"),
        "projects.archive": OFFICE,
        # Afterwards.
        "projects.record_use": (*SOLVERS, *OFFICE),
        "projects.confirm_use": SOLVERS,
        "projects.follow_up": SOLVERS,
        "projects.promise": (*OFFICE, *SOLVERS),
        "projects.propose_rise": (*OFFICE, "science_bureau", *SOLVERS),
        "projects.confirm_rise": OFFICE,
    }
