"""`gyogwa cards OUT`: pages about a finished run, in its folder or in another."""

from gyogwa.pipelines.cards.write import CardsConfig, write_cards
from gyogwa.pipelines.run_folder.claim import claimed, settle
from gyogwa.pipelines.run_folder.files import top
from gyogwa.pipelines.run_folder.ownership import NOT_OURS
from gyogwa.pipelines.summary import read_run
from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.layout import RunLayout


def make_cards(layout: RunLayout, config: CardsConfig, output: str) -> str:
    """Write the pages into the folder `output`, or, if that is "", in the place of those that the
    run has. Returns the first page's path.

    Raises GyogwaError without a finished run, and for an output that holds something.
    """
    settle(layout)
    run = read_run(layout)
    if output:
        if set(top(output)) - NOT_OURS:
            raise GyogwaError(f"--output {output}: holds something; choose an empty folder")
        return write_cards(layout, layout, run, config, output)
    with claimed(layout, "cards") as claim, claim.aside() as target:
        write_cards(layout, layout, run, config, target.cards)
        claim.publish_part("cards")
    return f"{layout.cards}/index.html"
