"""Forks: what is repeated, what is changed, and what a family looks like."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gpt_studio.engine import checkpoint, files, forking, run_record, runs, training
from gpt_studio.engine.config import TokenizerConfig
from gpt_studio.engine.errors import CorpusError, StudioError
from gpt_studio.engine.events import Evaluated, Noticed, Sample, StepDone
from gpt_studio.engine.keeping import library, lineage, snapshot_room
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.requests import Changes, CorpusText, ForkRequest, ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import TEXT, run_job


def request(parent: Path, step: int | None, name: str = "fork", **changes) -> ForkRequest:
    return ForkRequest(parent=parent, step=step, run=parent.parent / name, name=name, changes=Changes(**changes))


def curve(run: Path) -> list[tuple]:
    """All that does not depend on the clock."""
    return [
        (event.step, event.train_loss, event.learning_rate, event.grad_norm)
        if isinstance(event, StepDone)
        else (event.step, event.train_loss, event.val_loss, event.bits_per_char)
        for event in runs.read_metrics(run)
    ]


@pytest.mark.parametrize("settings", [{}, {"optimizer": "adamw", "model": {"dropout": 0.2}}, {"eval_every": 0}])
@pytest.mark.parametrize("step", [10, 25])
def test_an_unchanged_fork_repeats_its_parent_to_the_bit(toy_request, settings, step):
    parent = toy_request("parent", **settings)
    run_job(training.train(Workshop(), parent))
    assert lineage.can_repeat(parent.run, step)
    run_job(forking.fork(Workshop(), asked := request(parent.run, step)))
    assert curve(asked.run) == curve(parent.run)
    assert runs.read_samples(asked.run) == runs.read_samples(parent.run)
    ends = [runs.step_folders(run / "checkpoints")[30] / "model.safetensors" for run in (parent.run, asked.run)]
    assert files.digest(ends[0]) == files.digest(ends[1])


def test_it_does_so_from_a_checkpoint_between_two_snapshots(toy_request):
    parent = toy_request("parent")
    job = training.train(Workshop(), parent)
    for report in job:
        if any(isinstance(event, StepDone) and event.step == 17 for event in report or ()):
            break
    job.close()
    run_job(forking.fork(Workshop(), asked := request(parent.run, None)))
    run_job(training.resume(Workshop(), ResumeRequest(run=parent.run)))
    assert runs.read_record(asked.run).parent.step == 17
    assert curve(asked.run) == curve(parent.run)


def test_without_the_optimisers_memory_it_says_that_the_curve_will_differ(trained):
    files.remove(trained / "optimizers")
    assert not lineage.can_repeat(trained, 10)
    told = run_job(forking.fork(Workshop(), asked := request(trained, 10)))
    assert [event.code for event in told if isinstance(event, Noticed)] == ["fork.anew"]
    assert curve(asked.run)[:12] == curve(trained)[:12], "until then it is the same"
    assert curve(asked.run)[-1] != curve(trained)[-1]


def test_changes_take_effect_and_are_written_down(trained):
    changed = {"learning_rate": 0.001, "dropout": 0.1, "max_steps": 40}
    run_job(forking.fork(Workshop(), asked := request(trained, 25, **changed)))
    record = runs.read_record(asked.run)
    assert (record.train.learning_rate, record.model.dropout, record.progress.step) == (0.001, 0.1, 40)
    assert (record.parent.run, record.parent.step) == ("trained", 25)
    told = {change.what: (change.before, change.after) for change in record.parent.changes}
    assert told == {"learning_rate": ("0.01", "0.001"), "dropout": ("0", "0.1"), "max_steps": ("30", "40")}
    rates = [event.learning_rate for event in runs.read_metrics(asked.run) if isinstance(event, StepDone)]
    assert rates[25] <= 0.001 < rates[24]


def test_another_optimiser_brings_what_suits_it(trained):
    run_job(forking.fork(Workshop(), asked := request(trained, 25, optimizer="adamw")))
    train = runs.read_record(asked.run).train
    assert (train.optimizer, train.beta1, train.learning_rate) == ("adamw", 0.9, 0.004)


def test_with_another_text_the_curve_begins_at_the_fork(trained):
    text = TEXT.replace("cat", "cow").replace("hen", "ox§") + "never known: §§\n"
    other = CorpusText(id="other", title="Other", text=TEXT.upper() + TEXT.replace("cat", "hen"))
    with pytest.raises(StudioError, match=r"fork\.unknown"):
        forking.make(request(trained, 10, corpus=other))
    assert not (trained.parent / "fork").exists()
    told = run_job(forking.fork(Workshop(), asked := request(trained, 10, corpus=replace(other, text=text))))
    count = sum(1 for letter in text if letter not in TEXT)
    assert Noticed(code="fork.left_out", values={"count": str(count)}) in told
    events = runs.read_metrics(asked.run)
    assert min(event.step for event in events if isinstance(event, StepDone)) == 11
    assert [event.step for event in events if isinstance(event, Evaluated)] == [10, 20, 30]
    assert [event.step for event in told if isinstance(event, Sample)] == [25, 30]
    assert runs.read_corpus(asked.run).text == "".join(letter for letter in text if letter in TEXT)


def test_a_fork_needs_steps_to_make(trained):
    with pytest.raises(StudioError, match=r"fork\.steps"):
        forking.make(request(trained, 30))
    with pytest.raises(StudioError, match=r"run\.no_snapshot"):
        forking.make(request(trained, 11))


def test_a_damaged_snapshot_is_refused_and_leaves_nothing(trained):
    weights = trained / "snapshots" / "step-000010" / checkpoint.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(StudioError, match=r"run\.damaged"):
        forking.make(request(trained, 10))
    assert [path.name for path in trained.parent.iterdir()] == [trained.name]


def test_steps_of_its_own_are_told_beside_those_that_followed_the_time(trained):
    runs.write_record(trained, replace(runs.read_record(trained), minutes=2.0))
    runs.append_action(trained, run_record.Action(step=12, action="revision", value=30))
    forking.make(request(trained, 10, "same", learning_rate=0.002))
    forking.make(request(trained, 10, "longer", max_steps=40))
    same, longer = (runs.read_record(trained.parent / name) for name in ("same", "longer"))
    assert (same.minutes, longer.minutes) == (2.0, None)
    assert [change.what for change in same.parent.changes] == ["learning_rate"]
    assert longer.parent.changes == (run_record.Change(what="max_steps", before="30", after="40"),)


def test_a_text_with_too_few_tokens_is_refused_and_leaves_nothing(toy_request):
    parent = replace(toy_request("parent"), tokenizer=TokenizerConfig(kind="bpe", vocab_size=280))
    run_job(training.train(Workshop(), parent))
    short = CorpusText(id="short", title="Short", text="Ann has 11 owls.\nBob has")
    with pytest.raises(CorpusError, match=r"corpus\.few_tokens"):
        forking.make(request(parent.run, 10, corpus=short))
    assert [path.name for path in parent.run.parent.iterdir()] == ["parent"]


def test_what_was_asked_for_later_is_not_part_of_an_unchanged_fork(trained):
    run_job(training.resume(Workshop(), ResumeRequest(run=trained, max_steps=36)))
    assert lineage.steps_at(trained, runs.read_record(trained), 10) == 30
    assert lineage.steps_at(trained, runs.read_record(trained), 30) == 36
    run_job(forking.fork(Workshop(), asked := request(trained, 10)))
    assert curve(asked.run) == curve(trained)[: len(curve(asked.run))]
    assert runs.read_record(asked.run).progress.step == 30


def test_a_family_is_a_tree(trained):
    for name, step in (("one", 10), ("two", 25)):
        forking.make(request(trained, step, name, learning_rate=0.005))
    forking.make(request(trained.parent / "one", 10, "three"))
    found = [RunSummary(path=path, record=runs.read_record(path)) for path in sorted(trained.parent.iterdir())]
    tree = [(each.run.name, each.depth, each.last) for each in lineage.families(found)]
    assert tree == [("trained", 0, True), ("one", 1, False), ("three", 2, True), ("two", 1, True)]
    runs.rename(trained, "another name")
    renamed = [RunSummary(path=each.path, record=runs.read_record(each.path)) for each in found]
    assert [each.depth for each in lineage.families(renamed)] == [0, 1, 2, 1]
    left = lineage.families([each for each in renamed if each.path != trained])
    assert [(each.run.name, each.depth, each.orphan) for each in left] == [
        ("one", 0, True),
        ("three", 1, False),
        ("two", 0, True),
    ]


def test_a_fork_is_named_after_the_first_run():
    assert library.fork_name("verse-4×128", 500) == "verse-4×128@500"
    assert library.fork_name("verse-4×128@500 (2)", 1000) == "verse-4×128@1000"


def test_thinning_by_hand_spares_the_step_of_a_fork(trained):
    run_job(forking.fork(Workshop(), request(trained, 10)))
    assert snapshot_room.plan_thinning(trained).steps == (25,)
