"""What a study has done so far, on disk: a file a piece, so that it can go on where it was stopped.

A piece's file is there whole or not at all, its columns as Parquet with the counts in its margin. The ledger belongs to one
study: another scenario, seed or version is noticed and never mixed in.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.case.faults import BadInput, Unfinished
from sim.outcomes.store import MANIFEST, load_columns, readable, save_columns, write_json
from sim.studies.pieces import Chunk, Piece

FOLDER = ".unfinished"
TABLES = ("outcomes.parquet", "points.csv", "points.parquet", "factors.csv", "factors.parquet", "candidates.csv")
RESULTS = (*TABLES, "summary.json", "report.html", MANIFEST)


@dataclass(frozen=True)
class Ledger:
    """The pieces kept in a folder."""

    folder: Path
    names: set[str] = field(default_factory=set)

    def has(self, piece: Piece) -> bool:
        """Whether the piece is here."""
        return _name(piece) in self.names

    def chunk(self, piece: Piece) -> Chunk:
        """What came of a piece that is here."""
        return Chunk(*load_columns(self.folder / _name(piece)))

    def keep(self, piece: Piece, chunk: Chunk) -> None:
        """Keep what came of a piece."""
        save_columns(self.folder / _name(piece), chunk.columns, chunk.counts)
        self.names.add(_name(piece))


def _name(piece: Piece) -> str:
    return f"{piece.point}-{piece.first}-{piece.stop}.parquet"


@contextmanager
def ledger(folder: Path, identity: Mapping[str, Any]) -> Iterator[Ledger]:
    """The ledger of a study in its results' folder; it goes when the study is done, and stays when it is stopped.

    With it go the results of a study that was finished there before, so that they never lie among these. BadInput where another
    study lies there unfinished, or what no study left there would be written over.
    """
    place = folder / FOLDER
    named = place / "study.json"
    earlier = _earlier(folder)
    if named.exists():
        _same(folder, json.loads(named.read_text(encoding="utf-8")), identity)
    else:
        _no_strangers(folder)
        place.mkdir(parents=True, exist_ok=True)
        write_json(named, identity)
    for torn in place.glob(".*.part"):
        torn.unlink()
    try:
        yield Ledger(place, {file.name for file in place.glob("*.parquet") if readable(file)})
    except KeyboardInterrupt:
        raise Unfinished(["parley: stopped", _kept(folder)], 130) from None
    except Unfinished as error:
        raise Unfinished([*error.lines, _kept(folder)], error.status) from None
    except OSError as error:  # the disk is full, or gone
        raise Unfinished([f"-o {folder}: {_plain(error)}", _kept(folder)], 1) from None
    for path, written in earlier.items():
        if path.exists() and _written(path) == written:
            path.unlink()
    shutil.rmtree(place)


def _earlier(folder: Path) -> dict[Path, tuple[int, int]]:
    """The files that a study left when it was finished here."""
    figures = _figures(folder)
    if figures is None:
        return {}
    named = [*(folder / name for name in RESULTS), *(folder / "figures" / name for name in figures)]
    return {path: _written(path) for path in named if path.is_file()}


def _written(path: Path) -> tuple[int, int]:
    """When a file was written, and which it is."""
    known = path.stat()
    return known.st_mtime_ns, known.st_ino


def _figures(folder: Path) -> list[str] | None:
    """The figures that a study left when it was finished here; None where none was."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return [Path(name).name for name in told["figures"]] if "parley-sim" in told["versions"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _no_strangers(folder: Path) -> None:
    """BadInput where something of a result's name lies that no study left there."""
    names = [name for name in RESULTS if (folder / name).exists()]
    if names and _figures(folder) is None:
        raise BadInput([f"-o {folder}: {', '.join(names)} there came from elsewhere and would be lost; choose another folder"])


def _plain(error: OSError) -> str:
    """What the system says, without the words of the library that met it first."""
    return os.strerror(error.errno) if error.errno else str(error)


def _kept(folder: Path) -> str:
    return f"What is done is kept in {folder}: the same command goes on from there"


def _same(folder: Path, there: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """BadInput unless what lies there was begun by the same study."""
    differ = [key for key in {**identity, **there} if there.get(key) != json.loads(json.dumps(identity.get(key)))]
    if differ:
        raise BadInput(
            [
                f"-o {folder}: an unfinished study lies there that differs in {', '.join(differ)}; choose another folder, "
                f"or delete {folder / FOLDER} to begin anew"
            ]
        )
