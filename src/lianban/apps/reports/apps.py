"""Reports (报告与导出): one chain as a file: the report in official layout, tables, graphs, GeoJSON."""

from lianban.kit import mechanisms


class ReportsConfig(mechanisms.Mechanism):
    name = "lianban.apps.reports"
    prefix = "chains/"  # files are made of a chain: /chains/<chain>/files/
    deeds = {
        "reports.export": (  # a whole chain with its firms: the roles of atlas.see_firms
            "officer",
            "office_head",
            "chief",
            "lead_department",
            "science_bureau",
            "expert",
            "supervisor",
            "analyst",
        ),
    }
    works = {
        "reports.make": "lianban.apps.reports.services.carry_out",
        "reports.tidy": "lianban.apps.reports.services.tidy",
    }
    daily = ("reports.tidy",)
