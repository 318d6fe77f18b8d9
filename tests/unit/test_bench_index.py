import json

from click.testing import CliRunner

from sharp_eyes.verbs.bench_index import bench_index


def test_the_benchmark_of_the_index_prints_a_table_and_a_document() -> None:
    told = CliRunner().invoke(bench_index, ["--rows", "1000", "--days", "1", "--rounds", "2", "--json"])
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert document["database"] == "sqlite"
    assert 900 < document["loaded"]["rows"] < 1_100
    assert {one["name"] for one in document["questions"]} > {"newest", "camera", "feed, 500 changes"}
    shown = CliRunner().invoke(bench_index, ["--rows", "1000", "--days", "1", "--rounds", "1"])
    assert shown.exit_code == 0
    assert "area of 200 cameras" in shown.stdout
