"""Whether a curriculum's policy lets a licence pass, and why not.

Of an expression with AND every part has to pass, of one with OR one of them. What is made of things
of several licences passes only when each does, so that the stricter holds.
"""

from typing import Any, NamedTuple

from gyogwa.schemas.curriculum import LicencePolicy
from gyogwa.schemas.ledger import LicenceRule
from gyogwa.transforms.licences.names import normal, parsed
from gyogwa.transforms.licences.terms import terms_of


class Refusal(NamedTuple):
    """Why a licence doesn't pass: the rule, what of the policy it breaks, and a sentence."""

    rule: LicenceRule
    bound: str
    message: str


def refusal(licence: str, policy: LicencePolicy | None) -> Refusal | None:
    """Why a licence, as a source says it, doesn't pass; None when it does, and without a policy."""
    if policy is None:
        return None
    name = normal(licence)
    if _listed(name, policy.deny):
        return Refusal("licence_denied", "deny", f"the curriculum denies {name}")
    if _listed(name, policy.allow):
        return None
    tree = parsed(name)
    return _one(name, policy) if tree is None else _tree(tree, policy)


def _listed(name: str, names: list[str]) -> bool:
    return name in {normal(listed) for listed in names}


def _tree(tree: Any, policy: LicencePolicy) -> Refusal | None:
    parts = list(getattr(tree, "args", ()))
    if not parts:
        return _one(str(tree), policy)
    refusals = [_tree(part, policy) for part in parts]
    refused = [found for found in refusals if found is not None]
    alternatives = tree.operator.strip() in ("OR", "|")
    if not refused or (alternatives and len(refused) < len(parts)):
        return None
    return refused[0]


def _one(name: str, policy: LicencePolicy) -> Refusal | None:
    if _listed(name, policy.deny):
        return Refusal("licence_denied", "deny", f"the curriculum denies {name}")
    if _listed(name, policy.allow):
        return None
    terms = terms_of(name)
    for condition in policy.conditions:
        permitted = None if terms is None else getattr(terms, condition)
        if permitted is False:
            message = f"{name} doesn't permit {condition}"
            return Refusal("licence_terms", condition, message)
        if permitted is None and policy.unknown == "deny":
            message = f"whether {name} permits {condition} isn't known"
            return Refusal("licence_unknown", condition, message)
    return None
