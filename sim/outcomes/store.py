"""Outcomes as a table on disk and in memory; files appear under their final name only when they are whole."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from sim.case.arrays import Array
from sim.case.deals import Deals
from sim.outcomes.endings import endings
from sim.outcomes.measures import Columns
from sim.outcomes.solutions import SOLUTIONS
from sim.outcomes.tally import Tally
from sim.talks.negotiation import Negotiation

MANIFEST = "manifest.json"
_ROW_GROUP = 65_536  # rows at least: what is known of each group stays in memory until the file is closed


def as_table(scenario: Negotiation, deals: Deals, columns: Columns, first: int) -> pa.Table:
    """The columns of replicates from number `first` on as a table a reader understands: words for endings, options and deals."""
    label = _listed(deals, columns) if deals.complete else _spelt_out(deals, columns)
    replicates = np.arange(first, first + len(columns["ending"]), dtype=np.int64)
    table = {
        "replicate": pa.array(replicates),
        "ending": _named(columns["ending"], pa.array(endings(scenario))),
        "round": pa.array(columns["round"]),
        "deal": label("deal"),
    }
    for issue, options in deals.issues.items():
        table[issue] = _named(columns[f"option.{issue}"], pa.array(options))
    for name in ("on_frontier", *(f"{name}_reached" for name in SOLUTIONS)):
        table[name] = pa.array(columns[name] == 1, mask=columns[name] < 0)
    numbered = {"signed_deal", *SOLUTIONS}
    rest = (name for name in columns if name not in table and not name.startswith("option."))
    table |= {name: label(name) if name in numbered else pa.array(columns[name]) for name in rest}
    return pa.table(table)


def _listed(deals: Deals, columns: Columns) -> Callable[[str], pa.Array]:
    """The deals of a column in one line each, from their numbers."""
    labels = pa.array([deals.label(k) for k in range(deals.count)])
    return lambda name: _named(columns[name], labels)


def _spelt_out(deals: Deals, columns: Columns) -> Callable[[str], pa.Array]:
    """The same from the option on each issue, where not all deals are listed."""

    def label(name: str) -> pa.Array:
        prefix = "option" if name == "deal" else f"option.{name}"
        clauses = [
            _named(columns[f"{prefix}.{issue}"], pa.array([f"{issue}={option}" for option in options])).cast(pa.string())
            for issue, options in deals.issues.items()
        ]
        return pc.binary_join_element_wise(*clauses, " ")

    return label


def side_by_side(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Tables of the same replicates as one: each column's name ends in a dot and its table's name."""
    columns = {
        f"{column}.{name}": table[column]
        for name, table in tables.items()
        for column in table.column_names
        if column != "replicate"
    }
    return pa.table({"replicate": next(iter(tables.values()))["replicate"], **columns})


def answers_table(columns: Columns, kinds: list[str], first: int, point: int | None = None) -> pa.Table:
    """The answers of replicates from number `first` on, and the key of each one's ending; `point` is that of a study with
    several."""
    length = len(columns["ending"])
    table = {} if point is None else {"point": pa.array(np.full(length, point, dtype=np.int32))}
    table |= {"replicate": pa.array(np.arange(first, first + length, dtype=np.int64))}
    table |= {"ending": _named(columns["ending"], pa.array(kinds)).cast(pa.string())}
    return pa.table(table | {name: pa.array(column) for name, column in columns.items() if name != "ending"})


def write_table(path: Path, columns: Mapping[str, list[Any]]) -> None:
    """Columns as a Parquet file of this path and as CSV beside it."""
    table = pa.table(dict(columns))
    with whole(path.with_name(f"{path.name}.parquet")) as part:
        pq.write_table(table, part)
    with whole(path.with_name(f"{path.name}.csv")) as part:
        csv.write_csv(table, part)


def _named(numbers: Array, names: pa.Array) -> pa.DictionaryArray:
    """Names by number; nothing where the number is below 0."""
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32), mask=numbers < 0), names)


@contextmanager
def whole(path: Path, beside: Path | None = None) -> Iterator[Path]:
    """A place to write a file that takes its name only when it is finished and on the disk; `beside` is another folder for it
    till then."""
    part = (beside or path.parent) / f".{path.name}.{os.getpid()}.part"
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def parquet(path: Path, beside: Path | None = None) -> Iterator[Callable[[pa.Table], None]]:
    """A function that appends tables to the Parquet file, several in a row group."""
    with whole(path, beside) as part:
        writer: pq.ParquetWriter | None = None
        waiting: list[pa.Table] = []

        def append(table: pa.Table) -> None:
            waiting.append(table)
            if sum(map(len, waiting)) >= _ROW_GROUP:
                write()

        def write() -> None:
            nonlocal writer
            writer = writer or pq.ParquetWriter(part, waiting[0].schema, compression="zstd")
            writer.write_table(pa.concat_tables(waiting), row_group_size=2 * _ROW_GROUP)
            waiting.clear()

        try:
            yield append
            if waiting:
                write()
        finally:
            if writer:
                writer.close()


def save_columns(path: Path, columns: Columns, counts: Tally) -> None:
    """Columns (n,) as they are, and counts in the margin."""
    margin = BytesIO()
    np.savez_compressed(margin, allow_pickle=False, **counts)
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    with whole(path) as part:
        pq.write_table(table.replace_schema_metadata({_COUNTS: margin.getvalue()}), part, compression="lz4")


def load_columns(path: Path) -> tuple[Columns, Tally]:
    """What `save_columns` saved."""
    table = pq.read_table(path, use_threads=False)
    with np.load(BytesIO(table.schema.metadata[_COUNTS])) as counts:
        columns = {name: table[name].to_numpy() for name in table.column_names}
        return columns, dict(counts)


def readable(path: Path) -> bool:
    """Whether a Parquet file is whole."""
    try:
        return bool(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return False


_COUNTS = b"counts"


def write_json(path: Path, record: Any) -> None:
    """A record as JSON."""
    with whole(path) as part:
        part.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    """A text."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, bytes_: bytes) -> None:
    """Bytes, such as those of a picture."""
    with whole(path) as part:
        part.write_bytes(bytes_)


def write_manifest(folder: Path, record: Mapping[str, Any], figures: Sequence[Path]) -> None:
    """What was played with what, and the names of the figures that were drawn: the last file that a study leaves."""
    write_json(folder / MANIFEST, {**record, "figures": [path.name for path in figures]})
