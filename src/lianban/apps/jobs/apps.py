"""Jobs (后台任务): work that outlives a request; the row is the truth."""

from lianban.kit import mechanisms


class JobsConfig(mechanisms.Mechanism):
    name = "lianban.apps.jobs"
    prefix = "jobs/"
    works = {
        "jobs.list_file": "lianban.apps.jobs.services.lists.write",
        "jobs.tidy_lists": "lianban.apps.jobs.services.lists.tidy",
    }
    daily = ("jobs.tidy_lists",)
