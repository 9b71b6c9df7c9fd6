"""What the plugin of pytest shows of a file with 20 assertions, 3 of which are wrong."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

HERE = Path(__file__).parent


def run_pytest(*words, folder=HERE):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_twenty_assertions(tmp_path):
    pytest.importorskip("torch")
    junit = tmp_path / "qkv.xml"
    run = run_pytest("twenty_assertions.py", "--qkv-junit", junit)
    said = run.stdout
    assert run.returncode == 1
    assert "3 failed, 17 passed" in said
    assert "qkv: 20 attentions checked, 3 wrong" in said
    for mistake in ("accumulator-not-rescaled", "mask-off-by-one"):
        assert mistake in said
    # The traceback ends at the line of the test.
    assert "_check.py" not in said.split("short test summary")[0]
    suite = ElementTree.parse(junit).getroot()[0]
    assert suite.attrib == {"name": "qkv", "tests": "20", "failures": "3"}
    failed = {case.attrib["name"]: case[0] for case in suite if len(case)}
    assert set(failed) == {"test_forward[7]", "test_forward[11]", "test_backward[4]"}
    assert failed["test_forward[7]"].attrib["message"].startswith("differs, accumulator-not-rescaled")
    assert failed["test_forward[11]"].text.startswith("✗ not right")


def test_assert_check_shows_the_report(tmp_path):
    (tmp_path / "test_plain.py").write_text(
        "import qkv\n\ndef test_it():\n    assert qkv.check([[1.0]], [[1.0]], [[2.0]], [[3.0]], dtype='float32')\n"
    )
    said = run_pytest(tmp_path / "test_plain.py", folder=tmp_path).stdout
    assert "✗ not right" in said and "3 instead of 2" in said


def test_a_session_without_attentions_says_nothing(tmp_path):
    (tmp_path / "test_other.py").write_text("def test_it():\n    pass\n")
    run = run_pytest(tmp_path / "test_other.py", folder=tmp_path)
    assert run.returncode == 0 and "qkv" not in run.stdout
