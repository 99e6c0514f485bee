"""Jobs (后台任务): work that outlives a request; the row is the truth."""

from lianban.kit import mechanisms


class JobsConfig(mechanisms.Mechanism):
    name = "lianban.apps.jobs"
    prefix = "jobs/"
