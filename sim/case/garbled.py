"""What is probably wrong with a text that is no YAML, in plain words."""

import re
from typing import NamedTuple


class Garbled(NamedTuple):
    """Signs of a mistake in what the YAML library says, what to tell instead, and whether it is told where the mistake begins."""

    context: str
    problem: str
    words: str
    at_begin: bool = False


_KINDS = [
    Garbled("", r"character '\\t'", "a tab; indent with spaces"),
    Garbled("", r"character '(.)' that cannot start", "a text cannot begin with {0}; put it in quotes"),
    Garbled(
        "",
        "mapping values are not allowed",
        "a colon too many; a text with a colon goes in quotes, and a key is indented like its neighbours",
    ),
    Garbled("flow mapping", "expected ','", "a comma is missing before this, or the {{ of line {line} is not closed"),
    Garbled("flow sequence", "expected ','", "a comma is missing before this, or the [ of line {line} is not closed"),
    Garbled(
        "quoted scalar", "unexpected (end of stream|document separator)", "a quotation mark opens here and is not closed", True
    ),
    Garbled(
        "quoted scalar",
        "escape|expected .* hexdecimal",
        "a backslash between double quotes must be doubled; or use single quotes",
    ),
    Garbled("", "found '<scalar>'", "text after a closing quotation mark; put the whole text in the other kind of quotes"),
    Garbled("", r"expected <block end>, but found '[\]}]'", "a closing bracket too many"),
    Garbled("", "expected <block end>", "not indented like what stands above it"),
    Garbled("", "undefined alias '(.*?)'", "'*{0}' stands for nothing; put a text that begins with * in quotes"),
    Garbled("", "anchor|alias", "& and * have a meaning in YAML; put a text that begins with them in quotes"),
    Garbled("alias|anchor", "", "& and * have a meaning in YAML; put a text that begins with them in quotes"),
    Garbled("single document", "", "a second document begins here; one file holds one scenario"),
    Garbled("block scalar", "", "the text after | or > begins in the next line"),
    Garbled("", "expected the node content", "a value is missing before this"),
    Garbled("", "<document start>", "does not belong to what stands before it; perhaps a closing bracket too many"),
    Garbled("", "sequence entries are not allowed", "a dash cannot stand here; begin the list in a line of its own"),
    Garbled(
        "simple key",
        "could not find expected ':'",
        "a key without a colon; or a text that goes on in a new line and must be indented further",
        True,
    ),
    Garbled("directive", "", "lines that begin with % are not read; take it out"),
    Garbled("", "directive|incompatible YAML", "lines that begin with % are not read; take it out"),
    Garbled("tag", "", "! has a meaning in YAML; put a text that begins with it in quotes"),
    Garbled("", "tag", "! has a meaning in YAML; put a text that begins with it in quotes"),
    Garbled("", "", "cannot be read; look for a quotation mark, a bracket or a colon that is missing here or above"),
]


def in_plain_words(context: str, problem: str, line: int) -> tuple[str, bool]:
    """What to tell of a problem that the library found in what began in this line, and whether to tell it there."""
    for kind in _KINDS:
        found = re.search(kind.problem, problem)
        if found and re.search(kind.context, context):
            return kind.words.format(*found.groups(), line=line), kind.at_begin
    raise AssertionError("the last kind fits all")
