"""Kinds of arrays. Shapes are told in docstrings, by the letters declared in `sim`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.intp]
Array = NDArray[Any]
