"""The encoder by name."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest
from tests.language.onnx import small

import shopwright
from shopwright import i18n, language
from shopwright.errors import ModelError, ShopError
from shopwright.language import encoder, models


def test_static_is_the_default_and_loaded_once():
    assert encoder() is encoder("static")
    assert encoder().name.startswith("static-")


def test_auto_is_static_where_nothing_was_added():
    assert models.names() == []
    assert encoder("auto") is encoder("static")


@pytest.mark.parametrize("name", [None, 5, b"static", ["static"]])
def test_what_is_no_name_is_none(name):
    with pytest.raises(ModelError, match="MODEL-05"):
        encoder(name)


@pytest.mark.parametrize("name, near", [("statik", "'static'"), ("MiniLM", "'minilm'"), ("Auto", "'auto'")])
def test_a_name_that_is_nearly_right_is_corrected(name, near):
    with pytest.raises(ModelError) as caught:
        encoder(name)
    assert caught.value.code == "MODEL-05"
    assert near in str(caught.value.fix)
    assert "static" in str(caught.value.why)


def test_an_unknown_name_is_told_how_to_add_one_in_either_language():
    with pytest.raises(ModelError) as caught:
        encoder("zzzz")
    assert "shopwright models add minilm" in str(caught.value.fix)
    with i18n.using("zh"):
        assert "没有名为 'zzzz' 的编码器" in str(caught.value)


def test_a_folder_that_is_not_there_or_holds_no_model_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "missing", f"{tmp_path}/missing"):
        with pytest.raises(ShopError):
            encoder(folder)


def test_a_folder_may_be_named_without_a_slash_and_a_name_comes_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small.write(tmp_path / "ours")
    (tmp_path / "static").mkdir()  # as many a web project has it
    (tmp_path / "auto").mkdir()
    assert encoder("ours").name.startswith("ours-fp32-")
    assert encoder("static") is encoder("auto") is encoder()


def test_an_address_needs_the_name_of_a_model():
    with pytest.raises(ModelError) as caught:
        encoder("https://models.example/v1")
    assert caught.value.code == "MODEL-04"


def test_an_address_with_a_model_is_an_endpoint():
    found = encoder("https://models.example/v1", model="embed-small")
    assert found.name.startswith("embed-small@")


def test_a_model_on_this_machine_takes_no_model_of_an_endpoint():
    with pytest.raises(ModelError) as caught:
        encoder("static", model="embed-small")
    assert caught.value.code == "MODEL-03"


@pytest.mark.parametrize(
    "first", ["import shopwright.language.encoders", "from shopwright.language.encoders import Encoder", "pass"]
)
def test_the_name_is_the_function_whatever_was_imported_first(first):
    code = f"{first}\nfrom shopwright.language import encoder\nprint(encoder('static').dimensions)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "256"


@pytest.mark.parametrize("package", [shopwright, language])
def test_a_name_that_is_loaded_late_is_not_that_of_a_module_beside_it(package):
    """Importing the module would put it into the name's place, for whoever asks for that afterwards."""
    beside = {found.name for found in pkgutil.iter_modules(package.__path__)}
    assert not beside & set(package.__all__)
