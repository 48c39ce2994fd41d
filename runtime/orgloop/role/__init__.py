"""Roles: who works here. One Markdown file is one role, its frontmatter a contract."""

from orgloop.role.check_body import check_body
from orgloop.role.context import (
    BriefContext,
    BudgetBrief,
    CharterBrief,
    Decision,
    ExperimentBrief,
    LedgerDigest,
    LimitsBrief,
    NoteBrief,
    RoleBrief,
    TaskBrief,
    sample_context,
)
from orgloop.role.frontmatter import KEPT_KEYS, OrgFrontmatter, RoleFrontmatter
from orgloop.role.model import EMBEDDED_ENGINES, Every, Role, RoleOrg, Rule
from orgloop.role.models import model_fault
from orgloop.role.parse import parse_role
from orgloop.role.render import render

__all__ = [
    "EMBEDDED_ENGINES",
    "KEPT_KEYS",
    "BriefContext",
    "BudgetBrief",
    "CharterBrief",
    "Decision",
    "Every",
    "ExperimentBrief",
    "LedgerDigest",
    "LimitsBrief",
    "NoteBrief",
    "OrgFrontmatter",
    "Role",
    "RoleBrief",
    "RoleFrontmatter",
    "RoleOrg",
    "Rule",
    "TaskBrief",
    "check_body",
    "model_fault",
    "parse_role",
    "render",
    "sample_context",
]
