"""Templates: what devices announce is understood, and what would harm is refused."""

from __future__ import annotations

import gc
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.home.dialects.template import Template


@pytest.mark.parametrize(
    ("template", "payload", "text"),
    [
        ("{{ value_json.state }}", b'{"state":"ON"}', "ON"),
        ("{{value_json['color'].h}}", b'{"color":{"h":1.5}}', "1.5"),
        ("{{ value_json[0].x }}", b'[{"x":true}]', "True"),
        ("{{ value_json.missing }}", b"{}", None),
        ("{{ value_json.state }}", b'{"state":null}', None),
        ("{{ value | upper }}", b"on", "ON"),
        ("{{ value_json.POWER | default('OFF') }}", b"{}", "OFF"),
        ("{{ 'ON' if value_json.a > 1 else 'OFF' }}", b'{"a":2}', "ON"),
        ("{% if value == '1' %}on{% else %}off{% endif %}", b"1", "on"),
        ("{{ (value_json.t | float * 1.8 + 32) | round(1) }}", b'{"t":"20"}', "68.0"),
        ("{{ value | int(0) }}", b"x", "0"),
        ("{{ value_json.l | is_number }}", b'{"l":"x"}', "False"),
        ("{{ iif(value_json.on, 'on', 'off') }}", b'{"on":false}', "off"),
        ("{{ value_json.a ~ '%' }}", b'{"a":3}', "3%"),
    ],
)
def test_what_devices_announce(template: str, payload: bytes, text: str | None) -> None:
    assert Template(template).read(payload) == text


@pytest.mark.parametrize(
    ("template", "payload"),
    [
        ("{{ value_json.state }}", b"ON"),
        ("{{ value_json.a.b.c + 1 }}", b"{}"),
        ("{{ states('light.x') }}", b"{}"),
        ("{{ value | float }}", b"x"),
        ("{{ 1 / 0 }}", b""),
        ("{{ value_json.state }}", b"[" * 100_000),
    ],
)
def test_what_cannot_be_answered_is_a_value_error(template: str, payload: bytes) -> None:
    gc.collect()  # what is collected at the bottom of a recursion has no room for its destructor
    with pytest.raises(ValueError, match=r"\w"):
        Template(template).read(payload)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' * 1000000000 }}",
        "{{ 2 ** 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{% for a in range(1000000000) %}x{% endfor %}",
        "{% for a in range(999) %}{% for b in range(999) %}x{% endfor %}{% endfor %}",
        "{{ value.__class__.__mro__ }}",
        "{{ value_json.a.__class__.__mro__ | string }}",
        "{% include '/etc/passwd' %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set a = value %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a = value %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ value",
        "x" * 20_000 + "{{ value }}",
    ],
)
def test_what_would_harm_is_refused_at_once(template: str) -> None:
    since = time.perf_counter()
    with pytest.raises(ValueError, match=r"\w"):
        Template(template).read(b'{"a": "b"}')
    assert time.perf_counter() - since < 2


@given(st.text(), st.binary())
def test_whatever_is_announced_is_a_text_or_a_value_error(source: str, payload: bytes) -> None:
    try:
        found = Template(source).read(payload)
    except ValueError:
        return
    assert found is None or isinstance(found, str)


def test_jinja_is_imported_only_when_a_template_needs_it() -> None:
    program = (
        "import sys; from assistant.home.dialects.template import Template\n"
        "Template('{{ value_json.a }}').read(b'{}'); sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
