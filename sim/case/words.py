"""Small words that stories and tables share."""


def tenths(points: float) -> str:
    """So many points, above 0, to the nearest tenth: never "0.0" for what is something."""
    return f"{points:.1f}" if points >= 0.05 else "under 0.1"


def possessive(name: str) -> str:
    """The name as an owner's: Anna's, Boris'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def said(key: str) -> str:
    """A key as words."""
    return key.replace("_", " ")
