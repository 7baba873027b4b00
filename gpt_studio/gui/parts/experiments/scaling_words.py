"""Scaling in words: the plan, what the points tell, and how a forecast did."""

from gpt_studio.engine.experiments import scaling_record
from gpt_studio.engine.experiments.scaling import EPOCHS, SPAN, Plan, Size
from gpt_studio.engine.experiments.scaling_fit import LEAST, Interval, Law
from gpt_studio.engine.experiments.scaling_record import Notes, role_of
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LEVEL = 0.004  # bits: a largest model that is lower by less than that has brought nothing


def short_size(parameters: float) -> str:
    """24280 -> "24 k", 1071076 -> "1.1 M"."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if parameters >= 0.9995 * limit:
            figure = parameters / limit
            return (
                f"{figure:.0f} {unit}"
                if figure >= 9.95 or abs(figure - round(figure)) < 0.05
                else f"{figure:.1f} {unit}"
            )
    return f"{parameters:.0f}"


def power_of_ten(number: float) -> str:
    """3e10 -> "3·10¹⁰"."""
    figure, power = f"{number:.1e}".split("e")
    ten = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
    return ten if figure == "1.0" else f"{figure.removesuffix('.0')}·{ten}"


def form_words(size: Size) -> str:
    return f"{size.model.n_layer} × {size.model.n_embd}"


def bits(value: float) -> str:
    return f"{value:.3f}"


def beside(share: float) -> str:
    """How far a loss lies beside the line: 0.021 -> "+2.1 %"."""
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f} %".replace("-", "−") if rounded else "0.0 %"


def range_words(told: Interval) -> str:
    """As "2.61 (2.43 to 2.80)", or the value alone where nothing is known of how sure it is."""
    if told.low is None or told.high is None:
        return f"{told.value:.2f}"
    return tr("{value} ({low} to {high})").format(
        value=f"{told.value:.2f}", low=f"{told.low:.2f}", high=f"{told.high:.2f}"
    )


def percent_words(told: Interval) -> str:
    """As "12 % (9 to 15)"."""
    digits = 0 if abs(told.value) >= 0.0995 else 1
    value = f"{100 * told.value:.{digits}f}"
    if told.low is None or told.high is None:
        return tr("{value} %").format(value=value)
    return tr("{value} % ({low} to {high})").format(
        value=value, low=f"{100 * told.low:.{digits}f}", high=f"{100 * told.high:.{digits}f}"
    )


# The plan


def plan_words(plan: Plan) -> str:
    """What is to be trained, and how long that takes."""
    return tr(
        "{n} models, each about {ratio} times as large as the one before. All read the same {tokens} characters "
        "({text}) in {steps} steps. Together about {time}."
    ).format(
        n=len(plan.sizes),
        ratio=f"{plan.ratio:.1f}",
        tokens=messages.count(plan.sizes[0].tokens),
        text=_of_the_text(plan.epochs),
        steps=messages.count(plan.sizes[0].train.max_steps),
        time=messages.time_left(plan.seconds),
    )


def _of_the_text(epochs: float) -> str:
    if epochs < 0.995:
        return tr("{share} of the training text").format(share=messages.share(epochs))
    if epochs < 1.05:
        return tr("the training text once")
    return tr("the training text {times} times").format(times=f"{epochs:.2g}" if epochs < 10 else f"{epochs:.0f}")


def plan_limits(plan: Plan) -> str:
    """What keeps the plan from telling more; empty where nothing does."""
    if plan.epochs > 1.5 * EPOCHS:
        return tr(
            "The text is short, so it is read {times} times over: larger models will learn it by heart, and bring "
            "little. The lowest check of each run counts."
        ).format(times=f"{plan.epochs:.0f}")
    span = plan.sizes[-1].parameters / plan.sizes[0].parameters
    if span < 0.7 * SPAN:
        return tr("In so few minutes the sizes lie close together here, so the line will be uncertain.")
    if plan.epochs < 0.9 * EPOCHS:
        return tr("With more minutes all would read more, and end lower.")
    return ""


# What came out


def law_words(law: Law, axis: scaling_record.Axis = "parameters") -> str:
    """The formula, for below a chart."""
    letter = "N" if axis == "parameters" else "C"
    floor = f"{law.floor:.2f} + " if law.has_floor else ""
    sign = "−" if law.exponent >= 0 else ""
    return f"loss = {floor}{law.factor:.3g} · {letter}^{sign}{abs(law.exponent):.3f}"


def verdict(notes: Notes, law: Law | None) -> str:
    """The one sentence that the points allow."""
    counted = notes.counted()
    if law is None:
        return tr("A line takes {least} runs that have got to their end. So far: {n}.").format(
            least=LEAST, n=len(counted)
        )
    largest = counted[-1][0].parameters
    saved = law.saving(largest)
    if law.exponent <= 0:
        return tr("Larger models did not end lower here.")
    if saved.low is not None and saved.low <= 0:
        return tr(
            "The points lie too far beside the line to tell what size brings: ten times the parameters would take "
            "{share} off the loss."
        ).format(share=percent_words(saved))
    if law.has_floor:
        return tr(
            "The line bends towards {floor} bits: from {size} parameters on, ten times as many take {share} off the "
            "loss."
        ).format(floor=f"{law.floor:.2f}", size=short_size(largest), share=percent_words(saved))
    return tr("Ten times the parameters take {share} off the loss.").format(share=percent_words(saved))


def certainty(notes: Notes, law: Law | None) -> str:
    """How far that can be trusted."""
    if law is None:
        return ""
    if not law.is_sure:
        return tr("Three points: how sure that is cannot be told yet.")
    told = tr(
        "{n} runs, which lie {scatter} beside the line. In brackets: 95 % intervals, if the line goes on."
    ).format(n=law.points, scatter=messages.share(law.scatter, 1))
    counted = notes.counted()
    if len(counted) > 1 and counted[-1][1] > counted[-2][1] - LEVEL and law.exponent > 0:
        told += " " + tr("The largest one brought nothing more: this text is too small for it, or its steps too few.")
    return told


def by_heart(notes: Notes) -> str:
    """Which runs went on to learn the text by heart; empty where none did."""
    found = scaling_record.learnt_by_heart(notes)
    if not found:
        return ""
    sizes = ", ".join(short_size(size.parameters) for size in found)
    return tr(
        "Held-back loss rose again before the end at {sizes} parameters: there the text is too short, and the model "
        "began to learn it by heart. The lowest check counts."
    ).format(sizes=sizes)


def next_words(size: Size, told: Interval | None) -> str:
    """What the next larger model should come to."""
    time = messages.time_left(size.seconds)
    if told is None:
        return tr("The next one has {size} parameters and takes about {time}.").format(
            size=messages.count(size.parameters), time=time
        )
    return tr("The next one, {size} parameters, should come to {bits} bits, in about {time}.").format(
        size=messages.count(size.parameters), bits=range_words(told), time=time
    )


def forecast_words(notes: Notes) -> list[str]:
    """How each forecast did, newest last."""
    found = []
    for place in range(notes.planned, len(notes.sizes)):
        role = role_of(place)
        told, outcome = notes.foretold.get(role), notes.outcomes.get(role)
        if told is not None and outcome is not None and outcome.final is not None and outcome.best is not None:
            found.append(_came_to(notes.sizes[place], told.interval, outcome.best))
    return found


def _came_to(size: Size, told: Interval, came: float) -> str:
    beside = came / told.value - 1
    side = tr("higher") if beside > 0 else tr("lower")
    where = {
        True: tr("inside the interval, {share} {side} than its middle"),
        False: tr("outside the interval, {share} {side} than its middle"),
        None: tr("{share} {side}"),
    }[told.has(came)].format(share=messages.share(abs(beside), 1), side=side)
    return tr("{size} parameters came to {came} bits; foretold were {told}: {where}.").format(
        size=messages.count(size.parameters), came=f"{came:.2f}", told=range_words(told), where=where
    )
