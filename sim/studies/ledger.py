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
from sim.outcomes.store import load_columns, readable, save_columns, write_json
from sim.studies.pieces import Chunk, Piece

FOLDER = ".unfinished"


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

    BadInput where that of another study lies there, unfinished.
    """
    place = folder / FOLDER
    named = place / "study.json"
    if named.exists():
        _same(folder, json.loads(named.read_text(encoding="utf-8")), identity)
    else:
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
    shutil.rmtree(place)


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
