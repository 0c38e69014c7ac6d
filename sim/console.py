"""What all commands share: faults and exit statuses, messages, JSON, progress.

Exit status 0: done; 1: failed while working; 2: bad input.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

import typer
from typer.core import TyperGroup

from sim.case.faults import BadInput, Unfinished

UsageError: Any = typer.BadParameter.__base__  # of Typer's own making in new versions, of click's in old ones


class Contract(TyperGroup):
    """Turns exceptions into a line each and the right exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BadInput as error:
            say(*error.lines)
            raise SystemExit(2) from None
        except Unfinished as error:
            say(*error.lines)
            raise SystemExit(error.status) from None
        except UsageError as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                raise
            say(_usage(error, ctx))
            raise SystemExit(2) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(1) from None
        except (OSError, MemoryError) as error:
            where = getattr(error, "filename", None)
            say(f"parley: {getattr(error, 'strerror', None) or type(error).__name__}{f': {where}' if where else ''}")
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            say("parley: stopped")
            raise SystemExit(130) from None


def _usage(error: Any, ctx: Any) -> str:
    """What is wrong with the words of a command, in one line."""
    command = getattr(error.ctx or ctx, "command_path", "parley")
    message = " ".join(error.format_message().split()).rstrip(".?")
    message = message[:1].lower() + message[1:]
    option: Any = getattr(error, "param", None)
    default = getattr(option, "default", None)
    number = isinstance(default, (int, float)) or re.search(r"valid (integer|number|float)|than or equal|in the range", message)
    if isinstance(error, typer.BadParameter) and number:
        bound = re.search(r"(greater|less) than or equal to ([0-9.]+)|x>=([0-9.]+)", message)
        limit = f", {'at most' if bound[1] == 'less' else 'at least'} {bound[2] or bound[3]}," if bound else ""
        least = getattr(option, "min", getattr(getattr(option, "type", None), "min", None))
        whole = isinstance(default, int) or "integer" in message or (default is None and bool(bound) and isinstance(least, int))
        message = f"{option.opts[0]}: a {'whole ' * whole}number{limit} is needed here"
    return f"{command}: {message}; see {command} --help"


@contextmanager
def progress(what: str, total: int | None, quiet: bool) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, if that is a terminal: how much is done, the time left, the estimate so far."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, so_far="": None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    time = TimeRemainingColumn() if total else TimeElapsedColumn()
    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), time, TextColumn("{task.fields[so_far]}")]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, so_far="")
        yield lambda done, so_far="": bar.update(task, advance=done, so_far=so_far)


def print_json(record: Any) -> None:
    """A record as JSON on standard output."""
    typer.echo(json.dumps(record, indent=1, ensure_ascii=False))


def say(*lines: str) -> None:
    """Lines on standard error."""
    for line in lines:
        typer.echo(line, err=True)


def wrapped(text: str) -> str:
    """The text as it is, or on a terminal with lines broken between words, what follows being indented further."""
    if not sys.stdout.isatty():
        return text
    width = max(get_terminal_size().columns, 40)
    return "\n".join(fill(line, width, subsequent_indent=" " * (len(line) - len(line.lstrip()) + 4)) for line in text.split("\n"))
