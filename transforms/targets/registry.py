"""The dialects by name. To add one: a module with a class of the `Dialect` protocol, a line here,
and its name in `schemas.curriculum.DialectName`."""

from transforms.targets.dialect import Dialect
from transforms.targets.varco import Varco

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Varco(),)}
