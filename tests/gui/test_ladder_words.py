"""What is said of the rungs of a ladder."""

from gpt_studio.engine.experiments.ladder import RUNGS
from gpt_studio.engine.experiments.ladder_record import Notes, Result
from gpt_studio.gui.parts.experiments import ladder_words as words

BY_ID = {rung.id: rung for rung in RUNGS}
OF_INTEREST = tuple(BY_ID[id] for id in ("letters", "two", "five", "head", "full"))


def noted(**finals: float | None) -> Notes:
    results = {id: Result(final=final, size=9, seconds=10.0, text="") for id, final in finals.items()}
    return Notes(rungs=OF_INTEREST, corpus="toy", sha256="", vocab_size=64, results=results)


def test_a_rung_is_compared_with_the_one_that_it_builds_on():
    def told(two: float | None) -> str:
        return words.worth(BY_ID["two"], noted(letters=4.0, two=two))

    assert told(3.5) == "0.50 bits per character less than “letter counts”."
    assert told(4.5) == "0.50 bits per character more than “letter counts”."
    assert told(3.99).startswith("About as good as “letter counts”")
    assert told(None) == words.worth(BY_ID["letters"], noted(letters=4.0)) == ""


def test_who_comes_up_to_counting_five_is_told_when_all_have_got_to_their_end():
    def told(**finals: float) -> str:
        return words.passed(noted(letters=4.0, two=3.0, five=2.0, **finals))

    assert told(head=3.0) == ""
    assert told(head=3.0, full=2.5) == "No trained rung comes up to the 5-gram, which only counts."
    assert told(head=3.0, full=1.98).startswith("Level with the 5-gram, which only counts: “the full model”.")
    assert told(head=3.0, full=1.5) == "Passed the 5-gram, which only counts: “the full model”."
    assert "“one attention head” and “the full model”" in told(head=1.7, full=1.5)
