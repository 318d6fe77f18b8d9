"""`bench lake`: the figures of the history."""

import json

import pytest
from click.testing import CliRunner

from sharp_eyes.verbs.bench_lake import lake


@pytest.mark.slow
def test_the_benchmark_of_the_history_measures_every_figure() -> None:
    said = CliRunner().invoke(lake, ["--rows", "10000", "--json"])
    assert said.exit_code == 0, said.output
    figures = json.loads(said.output)
    assert figures.pop("rows") == 10_000
    assert all(value > 0 for value in figures.values())
    assert figures["sealed_bytes_per_row"] < figures["flushed_bytes_per_row"]
