"""What a build will write, or has written: the numbers of `gyogwa plan` and of `plan.json`."""

from pydantic import Field

from gyogwa.schemas.manifest import Written


class Stratum(Written):
    """Questions of one task, language and source: how many there are and how many draws are
    taken."""

    task: str
    language: str
    source: str
    there: int
    draws: int


class Shortage(Written):
    """A share that can't be met. `what` is such as "task ocr"; draws asked for and given."""

    what: str
    asked: int
    given: int
    why: str


class StagePlan(Written):
    """One stage: its strata, how many draws and tokens, and what is short. All but `tokens` counts
    questions, several of which may become one sample (`turns` of the curriculum)."""

    name: str
    draws: int
    samples: int = Field(description="distinct ones")
    tokens: int = Field(description="estimated from the means of the strata")
    validation: int
    replayed: int
    strata: list[Stratum]
    shortages: list[Shortage]


class Plan(Written):
    """All stages in order."""

    stages: list[StagePlan]
