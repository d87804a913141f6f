"""`gyogwa plan`: the numbers of stages where there is a catalog, and the work that is left."""

from collections.abc import Callable
from dataclasses import replace

from apache_beam.options.pipeline_options import PipelineOptions

from gyogwa.pipelines import assemble, ingest
from gyogwa.pipelines.annotate import refuse_without_catalog
from gyogwa.pipelines.assemble_graph import AssembleConfig
from gyogwa.pipelines.estimate.estimate import Estimate, estimate
from gyogwa.pipelines.estimate.pace import at_this_pace
from gyogwa.pipelines.estimate.rates import Prices, Rates, measured_rates
from gyogwa.pipelines.estimate.trying import rates_of_some, some_of_catalog, some_of_listing
from gyogwa.pipelines.estimate.work import work_of_catalog, work_of_listing
from gyogwa.pipelines.ingest import IngestConfig
from gyogwa.pipelines.listed import refuse_nothing
from gyogwa.pipelines.runner import is_local, run_pipeline, showing
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.plan import Plan
from gyogwa.transforms.annotate.images import Reading
from gyogwa.transforms.files.tables import read_rows
from gyogwa.transforms.flow.tables import tables_in
from gyogwa.transforms.ingest.contents import FILES
from gyogwa.transforms.ingest.raw import ListedFile


def estimate_inputs(
    config: IngestConfig,
    reading: Callable[[], Reading],
    tried: int,
    cores: int,
    prices: Prices | None,
    options: PipelineOptions,
) -> Estimate:
    """What building from these inputs takes: they are listed, `tried` images without labels are
    read, if there are some, and nothing is written but in a folder that goes away."""
    rates = _rates(options)
    with assemble.scratch(options) as folder:
        layout = RunLayout(f"{folder}/run")
        with showing("list"):
            run_pipeline(
                lambda pipeline: ingest.build_listing(
                    pipeline, layout, config.inputs, config.follow_links
                ),
                options,
            )
        refuse_nothing(layout, config.inputs)
        listed = [
            row
            for path in tables_in(layout.listing, f"{FILES}-")
            for row in read_rows(ListedFile, path)
        ]
    if some := some_of_listing(listed, tried):
        rates = rates_of_some(rates, some, reading())
    return estimate(work_of_listing(listed, config.pdf_dpi, rates), rates, cores, prices)


def plan_run(
    layout: RunLayout,
    config: AssembleConfig,
    reading: Reading,
    tried: int,
    cores: int,
    prices: Prices | None,
    options: PipelineOptions,
) -> tuple[Plan | None, Estimate]:
    """What the stages of a run will hold, None while images are to be annotated, and what is left
    to do. OCR's rates are those of `tried` images, if there are any to be read."""
    refuse_without_catalog(layout)
    rates = _rates(options)
    work = work_of_catalog(layout, config.engine, rates)
    if work.known + work.read:
        if work.read and tried:
            rates = rates_of_some(rates, some_of_catalog(layout, reading.engine, tried), reading)
            work = work_of_catalog(layout, config.engine, rates)
        return None, estimate(work, rates, cores, prices)
    plan, weight = assemble.plan(layout, config, options)
    if weight:
        work = replace(
            work, samples=weight.samples, shown=weight.image_bytes, shown_words=weight.words,
            masked=weight.masked, masks=weight.masks, looks=weight.looks,
        )  # fmt: skip
    return plan, estimate(work, rates, cores, prices)


def _rates(options: PipelineOptions) -> Rates:
    """Those measured; where this machine does the work, at its pace."""
    return at_this_pace(measured_rates()) if is_local(options) else measured_rates()
