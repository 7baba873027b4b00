"""Names for NumPy's arrays, as messages have them."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # messages only name numpy's types, and loading it takes a fifth of the time to the first paint
    import numpy as np
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"
Ints: TypeAlias = "NDArray[np.int64]"
