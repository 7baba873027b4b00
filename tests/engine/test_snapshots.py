"""Snapshots: what is kept of a run's past, within how much room, and what can be had back from it."""

import shutil

import pytest
from msgspec.structs import replace

from gpt_studio.engine import generation, runs, training
from gpt_studio.engine.events import Kept, Noticed
from gpt_studio.engine.gallery import Gallery
from gpt_studio.engine.keeping import run_parts
from gpt_studio.engine.keeping.snapshot_room import make_room, order_of_leaving
from gpt_studio.engine.requests import Subject
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def test_any_snapshot_writes_its_recorded_sample_again(trained):
    samples = {sample.step: sample.text for sample in runs.read_samples(trained)}
    assert list(samples) == runs.snapshot_steps(trained) == [0, 10, 25, 30]
    for step, text in samples.items():
        exhibit = Workshop().copy_of(Subject(run=trained, step=step))
        job = generation.sample(exhibit.model, exhibit.tokenizer, exhibit.train.seed)
        with pytest.raises(StopIteration) as ended:
            while True:
                next(job)
        assert ended.value.value == text


def test_training_tells_which_snapshots_there_are(toy_request):
    told = run_job(training.train(Workshop(), toy_request()))
    assert [event.steps for event in told if isinstance(event, Kept)] == [(0,), (0, 10), (0, 10, 25), (0, 10, 25, 30)]


def test_what_leaves_first_stands_closest_between_its_neighbours():
    assert order_of_leaving([0, 10, 25, 50, 100, 250], ()) == [50, 25, 100, 10]
    assert order_of_leaving([0, 10, 25, 50, 100, 250], {25, 50}) == [100, 10]


def test_snapshots_stay_within_their_budget_and_it_is_told_once(toy_request):
    free = toy_request("free", max_steps=120)
    run_job(training.train(Workshop(), free))
    use = run_parts.disk_use(free.run).snapshot_bytes
    tight = toy_request("tight", max_steps=120)
    told = run_job(training.train(Workshop(), replace(tight, snapshot_budget=use + use // 2)))
    noticed = [event for event in told if isinstance(event, Noticed)]
    kept = runs.snapshot_steps(tight.run)
    assert [event.code for event in noticed] == ["snapshots.thinned"]
    assert kept[0] == 0 and kept[-1] == 120 and len(kept) < len(runs.snapshot_steps(free.run))
    assert run_parts.disk_use(tight.run).snapshot_bytes <= use // 2
    assert [sample.step for sample in runs.read_samples(tight.run)] == runs.snapshot_steps(free.run)


def test_the_optimisers_memory_goes_before_any_weights(trained):
    memory = sum(run_parts.disk_use(path).total_bytes for path in runs.step_folders(trained / "optimizers").values())
    weights = run_parts.disk_use(trained).snapshot_bytes - memory
    assert make_room(trained, weights + memory - 1) == []
    assert list(runs.step_folders(trained / "optimizers")) != runs.snapshot_steps(trained) == [0, 10, 25, 30]


def test_a_snapshot_that_somebody_looks_at_stays(trained):
    assert make_room(trained, 1, needed={10}) == [25]


def test_a_model_that_was_looked_at_is_not_read_again(trained):
    workshop = Workshop()
    first = workshop.copy_of(Subject(run=trained, step=10))
    assert workshop.copy_of(Subject(run=trained, step=10)) is first
    assert workshop.gallery.steps_of(trained) == {10}


def test_a_gallery_gives_up_what_was_not_asked_for_the_longest(trained):
    workshop = Workshop()
    workshop.gallery = Gallery(
        room=2 * sum(p.nbytes for p in workshop.copy_of(Subject(run=trained)).model.parameters())
    )
    first = workshop.copy_of(Subject(run=trained, step=0))
    workshop.copy_of(Subject(run=trained, step=10))
    assert workshop.copy_of(Subject(run=trained, step=0)) is first
    workshop.copy_of(Subject(run=trained, step=25))
    assert workshop.gallery.steps_of(trained) == {0, 25}


def test_a_run_made_anew_in_the_same_folder_is_read_anew(trained, toy_request):
    workshop = Workshop()
    before = workshop.copy_of(Subject(run=trained, step=10))
    shutil.rmtree(trained)
    run_job(training.train(Workshop(), toy_request(trained.name, seed=5)))
    assert workshop.copy_of(Subject(run=trained, step=10)) is not before
