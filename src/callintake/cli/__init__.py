"""The command line: one module per command group; what is heavy is imported inside the command that needs it."""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from callintake.cli.output import complain, prepare_streams
from callintake.domain.errors import GateShut, Refused

DONE, REFUSED, GATE = 0, 1, 3
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; whatever goes wrong is one line on standard error."""
    prepare_streams()
    try:
        status = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except GateShut as error:
        complain(str(error))
        status = GATE
    except Refused as error:
        complain(str(error))
        status = REFUSED
    except BrokenPipeError:
        # Whoever read our output has seen enough of it.
        _drop_output()
        status = DONE
    except KeyboardInterrupt:
        status = INTERRUPTED
    except OSError as error:
        _drop_output()
        complain(f"{error.strerror or type(error).__name__}: nothing more was done")
        status = REFUSED
    except Exception as error:
        # Neither the message nor the locals: they may hold what people said.
        complain(f"internal error: {type(error).__name__} at {_place(error)}; please report it")
        status = REFUSED
    return status


def _run(argv: Sequence[str] | None) -> int:
    from callintake.cli.command_line import build_parser
    from callintake.cli.parser import command_in

    command = command_in(sys.argv[1:] if argv is None else argv)
    try:
        args = build_parser(command).parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE
    status = args.run(args)
    assert isinstance(status, int)
    return status


def _drop_output() -> None:
    """Let what is still buffered go nowhere, so that leaving does not fail on it again."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
