"""The command line: arguments in, an exit code out. What a command needs is imported when it runs,
so that hardly any time passes before a signal ends the program well."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from gyogwa.pipelines.arguments import parser
from gyogwa.pipelines.commands import command

BEAM_COMMANDS = ("ingest", "annotate", "assemble", "build", "plan")


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 not done, 2 wrong arguments, 130 stopped.

    Without `argv` this is the program that a user started: it has the process for itself, and ends
    it on SIGINT (130), SIGTERM (143) and SIGHUP (129), and after an error.
    """
    if argv is not None:
        return _run(argv)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # nothing is ready to answer yet
    from gyogwa.pipelines.running.ending import as_program, finish

    as_program()
    return finish(_run(sys.argv[1:]))


def _run(argv: list[str]) -> int:
    from gyogwa.pipelines.running.log import telling

    found = parser()
    arguments, beam_flags = found.parse_known_args(argv)
    if beam_flags and arguments.command not in BEAM_COMMANDS:
        found.error(f"unrecognized arguments: {' '.join(beam_flags)}")
    with telling(getattr(arguments, "log_format", "text"), arguments.command):
        return _code_of(arguments, beam_flags)


def _code_of(arguments: argparse.Namespace, beam_flags: list[str]) -> int:
    from gyogwa.pipelines.running.ending import log_folder, nobody_listens, say
    from gyogwa.pipelines.running.failures import failure_of, line_of

    try:
        with _watched(arguments) if arguments.command in BEAM_COMMANDS else nullcontext():
            code = command(arguments.command)(arguments, beam_flags)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        say("stopped; what was finished is kept, run again to go on")
        return 130
    except Exception as error:
        if not (isinstance(error, BrokenPipeError) and nobody_listens()):
            say(line_of(failure_of(error), log_folder()))
        return 1


@contextmanager
def _watched(arguments: argparse.Namespace) -> Iterator[None]:
    """Say how far the command is as often as it is asked for, and keep its metrics file."""
    from gyogwa.pipelines.running import exposition
    from gyogwa.pipelines.running.showing import set_interval
    from gyogwa.transforms.files.paths import file_path

    set_interval(arguments.progress_seconds)
    exposition.write_to(file_path("--metrics_file", arguments.metrics_file), arguments.command)
    state = "failed"
    try:
        yield
        state = "done"
    finally:
        exposition.end(state)


if __name__ == "__main__":
    sys.exit(main())
