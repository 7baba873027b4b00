from gpt_studio.gui.open_run import Series


def test_a_series_keeps_every_number_however_long_it_grows():
    series = Series()
    for number in range(3000):
        series.append(number)
    assert len(series) == 3000
    assert series.values.tolist() == list(range(3000))
