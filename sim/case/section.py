"""A section of a scenario file, and the words in it: names, options, conditions on deals."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from sim.case.faults import as_word


class Section(BaseModel):
    """A part of a scenario file: no keys but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def _listed(written: Any) -> Any:
    return written if isinstance(written, list) else [written]


def _each_once(names: list[str]) -> list[str]:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"'{twice}' is named twice")
    return names


def keyed_by_words(written: Any) -> Any:
    """Keys as words: a key written as a number is the word for it."""
    return {as_word(key): item for key, item in written.items()} if isinstance(written, dict) else written


_Written = str | float
Word = Annotated[str, BeforeValidator(as_word, json_schema_input_type=_Written)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Names = Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=Name | list[Name]), AfterValidator(_each_once)]
_Options = Annotated[list[Word], BeforeValidator(_listed, json_schema_input_type=_Written | list[_Written]), Field(min_length=1)]
When = dict[str, _Options]
FullDeal = dict[str, Word]
DealName = Annotated[
    Annotated[FullDeal, Tag("deal")] | Annotated[str, Tag("package")],
    Discriminator(lambda written: "deal" if isinstance(written, dict) else "package"),
]
DealNames = Annotated[
    list[DealName], BeforeValidator(_listed, json_schema_input_type=DealName | list[DealName]), Field(min_length=1)
]


class Condition(Section):
    """A set of deals, with the reason why it matters."""

    when: Annotated[When, Field(min_length=1)]
    because: str = ""


def spelt_out(written: Any) -> Any:
    """A red line or an exclusion written as its condition alone, under its key."""
    bare = isinstance(written, dict) and written and not {"when", "chance", "because"} & set(written)
    return {"when": written} if bare else written
