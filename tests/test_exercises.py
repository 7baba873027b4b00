"""The coding exercises: what is handed out, and what is said of an answer."""

from pathlib import Path

import pytest

from gpt_studio import paths
from gpt_studio.cli.exercises import sheets
from gpt_studio.cli.exercises.checks import CHECKS, check
from gpt_studio.cli.parser import main

SOLUTIONS = paths.resources() / "exercises" / "solutions"
HEAD = (SOLUTIONS / "1_one_head.py").read_text("utf-8")
HEADS = (SOLUTIONS / "2_several_heads.py").read_text("utf-8")
BLOCK = (SOLUTIONS / "3_block.py").read_text("utf-8")
SAMPLING = (SOLUTIONS / "4_sampling.py").read_text("utf-8")
ENCODER = (SOLUTIONS / "5_encoder.py").read_text("utf-8")


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


SLIPS = {
    "no mask": (HEAD, [(".masked_fill(future, -math.inf)", "")], "The mask is missing"),
    "no scale": (HEAD, [(" / math.sqrt(query.size(-1))", "")], "not divided by the square root"),
    "scale without root": (HEAD, [("math.sqrt(query.size(-1))", "query.size(-1)")], "divided by D"),
    "mask turned round": (HEAD, [(".triu(1)", ".tril(-1)")], "wrong way round"),
    "softmax over queries": (HEAD, [("softmax(dim=-1)", "softmax(dim=1)")], "over the queries"),
    "mask after softmax": (
        HEAD,
        [("scores.masked_fill(future, -math.inf).softmax(dim=-1)", "scores.softmax(dim=-1).masked_fill(future, 0.0)")],
        "after softmax",
    ),
    "future of score 0": (HEAD, [("-math.inf", "0.0")], "the score 0"),
    "gathers keys": (HEAD, [("weights @ value", "weights @ key")], "gather the keys"),
    "no softmax": (HEAD, [(".masked_fill(future, -math.inf).softmax(dim=-1)", "")], "should be"),
    "hides itself": (HEAD, [(".triu(1)", ".triu(0)")], "nan"),
    "nothing returned": (HEAD, [("return weights", "weights")], "Did you forget return?"),
    "wrong shape": (HEAD, [("weights @ value", "(weights @ value)[:, 0]")], "The shape should be (2, 5, 4)"),
    "not joined well": (HEADS, [(".transpose(1, 2).reshape", ".reshape")], "Swap heads and positions back"),
    "no last matrix": (HEADS, [("found @ w_out", "found")], "times w_out"),
    "one wide head": (
        HEADS,
        [("t, n_head, c // n_head", "t, 1, c"), ("c // n_head", "c")],
        "one head of the whole width",
    ),
    "heads without mask": (HEADS, [(".masked_fill(future, -math.inf)", "")], "The mask is missing"),
    "no residuals": (
        BLOCK,
        [("x = x + attention", "x = attention"), ("return x + feed", "return feed")],
        "Nothing is added",
    ),
    "first residual missing": (BLOCK, [("x = x + attention", "x = attention")], "first residual"),
    "second residual missing": (BLOCK, [("return x + feed", "return feed")], "second residual"),
    "post-norm": (
        BLOCK,
        [
            ("x + attention(norm_1(x))", "norm_1(x + attention(x))"),
            ("x + feed_forward(norm_2(x))", "norm_2(x + feed_forward(x))"),
        ],
        "post-norm",
    ),
    "no norms": (BLOCK, [("norm_1(x)", "x"), ("norm_2(x)", "x")], "LayerNorms are missing"),
    "half a block": (BLOCK, [("return x + feed_forward(norm_2(x))", "return x")], "feed-forward part is missing"),
    "no temperature": (SAMPLING, [("scores / temperature", "scores")], "Temperature has no effect"),
    "temperature turned round": (SAMPLING, [("scores / temperature", "scores * temperature")], "divide"),
    "no top-k": (SAMPLING, [("0 < top_k < len(scores)", "False")], "strikes nothing out"),
    "draws the likeliest": (
        SAMPLING,
        [("int((ends <= luck).sum())", "int(chances.argmax())")],
        "it should be 0, it is 2",
    ),
    "draws what has no chance": (SAMPLING, [("ends <= luck", "ends < luck")], "With the chances"),
    "not sorted": (
        ENCODER,
        [("sorted(set(text))", "sorted(set(text), reverse=True)")],
        "in the order of their code points",
    ),
    "characters twice": (ENCODER, [("sorted(set(text))", "list(text)")], "more than once"),
    "a character too few": (ENCODER, [("sorted(set(text))", "sorted(set(text))[1:]")], "is missing"),
    "unknown characters pass": (ENCODER, [("if unknown:", "if False:")], "not a KeyError"),
    "numbers from 1": (ENCODER, [("numbers[character] for", "numbers[character] + 1 for")], "should become"),
    "text in pieces": (ENCODER, [('"".join(', "list(")], "''.join()"),
}


def answered(tmp_path: Path, name: str, text: str) -> Path:
    file = tmp_path / f"{name}.py"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("name", sheets.names())
def test_the_worked_solution_is_right_and_trains_with_the_losses_of_the_program(name: str):
    verdicts = list(check(SOLUTIONS / f"{name}.py"))
    assert [verdict.what for verdict in verdicts if verdict.is_right] == [what for what, _ in CHECKS[name]]


@pytest.mark.parametrize("name", sheets.names())
def test_a_sheet_as_it_is_handed_out_has_its_gap(name: str, tmp_path):
    (verdict,) = check(sheets.hand_out(name, tmp_path))
    assert verdict.help == "The gap is still empty."


@pytest.mark.parametrize("slip", SLIPS)
def test_a_usual_slip_gets_an_answer_that_helps(slip: str, tmp_path):
    text, changes, words = SLIPS[slip]
    number = text[len('"""Exercise ')]
    *_, last = check(answered(tmp_path, f"{number}_mine", changed(text, *changes)))
    assert not last.is_right
    assert words in last.help


def test_a_part_that_is_right_once_but_learns_otherwise_is_found_by_training(tmp_path):
    text = changed(BLOCK, ("x = x + attention(norm_1(x))", "x = x + attention(norm_1(x)).detach()"))
    *_, last = check(answered(tmp_path, "3_block", text))
    assert last.what == "it trains in the program"
    assert "the loss is" in last.help


def test_a_fault_is_told_with_its_line(tmp_path):
    *_, last = check(answered(tmp_path, "1_mine", changed(HEAD, ("weights @ value", "weights @ valeu"))))
    assert "NameError" in last.help and f"line {len(HEAD.splitlines())}" in last.help


def test_a_file_that_python_cannot_read_is_told_in_one_line(tmp_path, capsys):
    assert main(["exercise", "check", str(answered(tmp_path, "1_mine", "def one_head(x:\n"))]) == 1
    assert capsys.readouterr().err.startswith("gpt-studio: Python cannot run the file: ")


@pytest.mark.parametrize("file", ["9_nothing.py", "1_not_there.py", "essay.py"])
def test_what_is_no_answer_is_refused(file: str, tmp_path, capsys):
    assert main(["exercise", "check", str(tmp_path / file)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_lists_hands_out_and_checks(tmp_path, capsys):
    assert main(["exercise", "list"]) == 0
    assert "5_encoder" in capsys.readouterr().out
    assert main(["exercise", "get", "5_encoder", "--out", str(tmp_path)]) == 0
    assert main(["exercise", "check", str(tmp_path / "5_encoder.py")]) == 1
    assert "The gap is still empty." in capsys.readouterr().out
    assert main(["exercise", "get", "5_encoder", "--out", str(tmp_path), "--solution"]) == 0
    assert main(["exercise", "check", str(tmp_path / "5_encoder_solution.py")]) == 0
    assert "All of it is right." in capsys.readouterr().out


def test_an_answer_that_is_there_already_is_never_written_over(tmp_path, capsys):
    (tmp_path / "5_encoder.py").write_text("my work")
    assert main(["exercise", "get", "5_encoder", "--out", str(tmp_path)]) == 1
    assert (tmp_path / "5_encoder.py").read_text() == "my work"
