"""The places where our local runner (`slices`, `waiting`) takes that of Beam's apart.

None of them is promised by Beam, so each is looked at before a run in one process; `slices` and
`waiting` are imported after that, which they can't be where one is missing.
"""

import inspect
from operator import attrgetter

from apache_beam.runners.portability.fn_api_runner import execution, fn_runner

_PLACES = {
    (execution, "ListBuffer.__init__"): ["self", "coder_impl"],
    (execution, "GroupingBuffer.__init__"): [
        "self", "pre_grouped_coder", "post_grouped_coder", "windowing",
    ],
    (fn_runner, "FnApiRunner.run_stages"): ["self", "stage_context", "stages"],
    (fn_runner, "FnApiRunner._get_bundle_manager"): ["self", "bundle_context_manager"],
    (fn_runner, "BundleManager.process_bundle"): [
        "self", "inputs", "expected_outputs", "fired_timers", "expected_output_timers", "dry_run",
    ],
    (fn_runner, "BundleManager.__init__"): [
        "self", "bundle_context_manager", "progress_frequency", "cache_token_generator",
        "split_managers",
    ],
}  # fmt: skip
"""What it is called with, by name."""


def missing() -> str | None:
    """The first of them that this release of Beam hasn't, or has in another form."""
    for (module, name), parameters in _PLACES.items():
        try:
            found = list(inspect.signature(attrgetter(name)(module)).parameters)
        except AttributeError:
            found = []
        if found != parameters:
            return name
    return None
