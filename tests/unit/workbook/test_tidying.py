"""Notebooks have one normal form; only check cells keep their outputs."""

import json

from insight.workbook.tidying import tidied


def notebook(*cells):
    return json.dumps({"cells": list(cells), "metadata": {"kernelspec": {"name": "mine"}}, "nbformat": 4})


def cell(tags=(), **more):
    text = [{"output_type": "stream", "name": "stdout", "text": ["a\n"]}]
    base = {"cell_type": "code", "id": "x", "source": ["1\n"], "metadata": {"tags": list(tags), "collapsed": True}}
    return base | {"outputs": text, "execution_count": 17} | more


def test_outputs_stay_in_check_cells_only():
    first, second = json.loads(tidied(notebook(cell(), cell(["nbval-check-output"], id="y"))))["cells"]
    assert first["outputs"] == []
    assert second["outputs"][0]["text"] == ["a\n"]
    assert [first["execution_count"], second["execution_count"]] == [1, 2]
    assert first["metadata"] == {}


def test_tidying_twice_changes_nothing():
    once = tidied(notebook(cell(), cell(["nbval-check-output"], id="y")))
    assert tidied(once) == once


def test_kernel_and_stray_metadata_are_normal():
    found = json.loads(tidied(notebook(cell())))
    assert found["metadata"]["kernelspec"]["name"] == "python3"
