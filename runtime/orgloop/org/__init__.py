"""A whole lab, read and checked: the task, the charter and the roles together."""

from orgloop.org.amend import amended
from orgloop.org.brief import charter_brief, decisions, role_brief, task_brief
from orgloop.org.bundled import bundled_root
from orgloop.org.files import read_org_files
from orgloop.org.load import load_lab, load_org
from orgloop.org.model import Lab, Org
from orgloop.org.templates import org_root, org_templates

__all__ = [
    "Lab",
    "Org",
    "amended",
    "bundled_root",
    "charter_brief",
    "decisions",
    "load_lab",
    "load_org",
    "org_root",
    "org_templates",
    "read_org_files",
    "role_brief",
    "task_brief",
]
