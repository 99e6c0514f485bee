"""Files taken out: who may ask for them."""


def rows(stage):
    """As the table in test_permissions."""
    asked = {"kind": "zip", "graph": "all"}
    return [("lianban.apps.reports.views.ask", "reports.export", "/chains/bags/files/ask/", asked)]
