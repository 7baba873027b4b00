"""What votes are worth beside tossing a coin."""

import pytest

from gpt_studio.engine.judging.votes import by_chance


@pytest.mark.parametrize(
    ("right", "of", "chance"), [(0, 5, 1.0), (5, 5, 1 / 32), (2, 3, 0.5), (9, 10, 11 / 1024), (0, 0, 1)]
)
def test_the_chance_is_that_of_a_tossed_coin(right: int, of: int, chance: float) -> None:
    assert by_chance(right, of) == pytest.approx(chance)


def test_more_votes_than_were_cast_are_refused() -> None:
    with pytest.raises(ValueError, match="4 of 3"):
        by_chance(4, 3)
