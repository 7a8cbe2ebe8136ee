#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""page.py usual|hostile|large PAGE...: opens what `report --html` wrote in Chromium and uses it as
people do."""

import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from browser import Browser  # noqa: E402

ROWS = "document.querySelectorAll('.finding').length"
COUNT = "document.getElementById('count').textContent"
FOCUSED = "document.activeElement.closest('.finding')?.dataset.id"
OPEN = "[...document.querySelectorAll('.head')].filter(h => h.ariaExpanded === 'true').length"


def facet(name, value):
    return f"[...document.querySelectorAll('[data-facet={name}]')].find(f => f.textContent.includes({json.dumps(value)}))"


def number(browser, name, value):
    return int(browser.ask(facet(name, value) + ".querySelector('.number').textContent"))


def equal(found, wanted, what):
    assert found == wanted, f"{what}: {found!r}, not {wanted!r}"


def usual(page):
    """The findings of the miniature kernel."""
    with Browser() as b:
        b.open(page)
        equal(b.messages(), [], "console")
        total = b.ask(ROWS)
        assert total > 5, total
        equal(b.ask(COUNT), f"{total} findings", "count")
        assert "units" in b.ask("document.getElementById('subject').textContent")

        # Facets narrow the list, count what the others leave, and add up.
        highs = number(b, "confidence", "high")
        b.run(facet("confidence", "high") + ".click()")
        equal(b.ask(ROWS), highs, "findings of high confidence")
        equal(b.ask(COUNT), f"{highs} of {total} findings", "count")
        both = number(b, "check", "sleep-in-atomic")
        b.run(facet("check", "sleep-in-atomic") + ".click()")
        equal(b.ask(ROWS), both, "of both")
        equal(b.ask("[...document.querySelectorAll('.finding .check')].every(c => c.textContent === 'sleep-in-atomic')"),
              True, "check of each")
        equal(b.ask(facet("check", "sleep-in-atomic") + ".ariaPressed"), "true", "pressed")
        b.run("document.getElementById('clear').click()")
        equal(b.ask(ROWS), total, "after clearing")

        # Search, by keys.
        b.press("/")
        equal(b.ask("document.activeElement.id"), "search", "focus after /")
        b.press("tinynet_xmit kzalloc")
        found = b.ask(ROWS)
        assert 0 < found < total, found
        assert b.ask("[...document.querySelectorAll('.msg')].every(m => m.textContent.includes('kzalloc'))")
        b.press(" no-such-thing")
        equal(b.ask(ROWS), 0, "findings with no-such-thing")
        equal(b.ask("document.getElementById('empty').hidden"), False, "said that there is none")
        b.press("ESCAPE", "c")
        equal(b.ask(ROWS), total, "after c")

        # From one finding to the next, and open one.
        b.press("j")
        first = b.ask(FOCUSED)
        b.press("j")
        second = b.ask(FOCUSED)
        assert first and second and first != second
        assert b.ask("getComputedStyle(document.activeElement).outlineStyle") != "none", "focus is not seen"
        b.press("k")
        equal(b.ask(FOCUSED), first, "k")
        b.press("ENTER")
        equal(b.ask(OPEN), 1, "open after Enter")
        detail = f"document.getElementById('d-{first}')"
        assert b.ask(detail + ".querySelectorAll('.step').length") > 1
        assert b.ask(detail + ".querySelector('svg.drawing[aria-label]').getBoundingClientRect().height") > 50
        assert b.ask(detail + ".querySelectorAll('.source .here').length") > 1
        assert b.ask(detail + ".querySelectorAll('.source .f').length") > 1, "nothing is highlighted"
        lines = detail + ".querySelectorAll('.source .line')].filter(l => l.offsetHeight).length"
        before = b.ask("[..." + lines)
        b.press("x")
        assert b.ask("[..." + lines) > 2 * before, "x shows no more lines"
        b.press("x")
        equal(b.ask("[..." + lines), before, "lines after x again")
        equal(b.ask("location.hash"), "#" + first, "link")
        b.press("ENTER")
        equal(b.ask(OPEN), 0, "open after Enter again")

        # A link to a finding opens it.
        b.open(page, "#" + second)
        equal(b.ask(f"document.querySelector('#f-{second} .head').ariaExpanded"), "true", "opened by its link")

        # The keys are listed.
        b.press("?")
        equal(b.ask("document.getElementById('help').open"), True, "help")
        b.press("ESCAPE")
        equal(b.ask("document.getElementById('help').open"), False, "help after Escape")

        # Dark where the user wants it, or says so.
        light = "getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] > 128"
        b.prefer("dark")
        equal(b.ask(light), False, "light where dark is preferred")
        b.press("t")
        equal(b.ask(light), True, "light after t")
        b.press("t")
        equal(b.ask(light), False, "light after t twice")
        b.prefer("light")
        equal(b.ask(light), False, "what was said is kept")

        # A cycle is drawn as one, and each picture fits.
        b.run(facet("check", "reclaim") + "?.click()")
        for width in (1280, 400):
            b.size(width, 900)
            b.open(page)
            b.run("document.querySelectorAll('.head').forEach(h => h.click())")
            equal(b.ask("document.documentElement.scrollWidth"), width, f"width at {width}")
            assert b.ask("[...document.querySelectorAll('svg.drawing')].every(s => "
                         "[...s.querySelectorAll('text')].every(t => t.getBBox().x + t.getBBox().width <= s.viewBox.baseVal.width + 8))"), \
                f"text leaves a drawing at {width}"
        equal(b.messages(), [], "console")
    print(f"usual: {total} findings")


def hostile(page, altered):
    """What names and texts try does not happen, and they are there to be read."""
    # The analyzer cannot be given such a function name; the page could, by another.
    with open(page) as file:
        text = file.read()
    evil = json.dumps("<img src=x onerror=owned()>").replace("<", "\\u003c")
    assert '"b_run"' in text
    with open(altered, "w") as file:
        file.write(text.replace('"b_run"', evil))
    with Browser() as b:
        for path in (page, altered):
            b.open(path)
            b.run("document.querySelectorAll('.head').forEach(h => h.click())")
            b.run("document.querySelectorAll('.more').forEach(m => m.click())")
            time.sleep(0.3)
            equal(b.messages(), [], "console")
            equal(b.ask("typeof owned"), "undefined", "owned")
            equal(b.ask("document.querySelectorAll('img, main script, svg:not(.drawing), .top b').length"), 0, "elements")
            shown = b.ask("document.body.innerText")
            for wanted in ("b<img src=x onerror=owned()>.c:", "</script><script>owned()</script>",
                           "EVIL <svg onload=owned()>", "in the baseline: <!--<script>owned()</script>", "Linux 6.99<b>"):
                assert wanted in shown, wanted
        assert "<img src=x onerror=owned()>()" in shown, "the function"

        # And were something let in, the page's policy would stop it.
        b.run("const s = document.createElement('script'); s.textContent = 'window.late = 1'; document.body.append(s);"
              "document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.late = 1\" id=p>');"
              "document.getElementById('p').click();")
        equal(b.ask("typeof late"), "undefined", "script of another digest")
        assert any("Content Security Policy" in m for m in b.messages())
        b.run("fetch('data:,x').then(() => window.fetched = 1, () => window.fetched = 0)")
        b.wait("typeof fetched === 'number'")
        equal(b.ask("fetched"), 0, "fetched")
    print("hostile: text stays text")


def large(page, count):
    """Times are printed; the bounds are for a busy machine."""
    with Browser() as b:
        b.open(page)
        assert count <= data(page), data(page)
        equal(b.messages(), [], "console")
        paint = b.ask("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        ready = b.ask("performance.getEntriesByName('gfpcheck-list')[0].startTime")
        measure = ("const start = performance.now(); {}; document.body.offsetHeight; return performance.now() - start")
        search = "const s = document.getElementById('search'); s.value = '{}'; s.dispatchEvent(new Event('input'))"
        first = b.run(measure.format(search.format("many7_run12")))
        assert 0 < b.ask(ROWS) < count
        again = b.run(measure.format(search.format("rest()")))
        click = b.run(measure.format(facet("subsystem", "MEMORY") + ".click()"))
        b.press("c")
        # The list goes on as one scrolls.
        before = b.ask(ROWS)
        assert before < 200, f"{before} findings are built at once"
        b.run("window.scrollTo(0, document.body.scrollHeight)")
        b.wait(f"{ROWS} > {before}")
        before, after = b.run(
            "const last = document.querySelector('.finding:last-child .head'), before = " + ROWS + ";"
            "last.focus({preventScroll: true});"
            "last.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}));"
            "return [before, " + ROWS + "]")
        assert after > before, "j ends where the list was built to"
        print(f"large: {data(page)} findings, {os.path.getsize(page) / 1e6:.1f} MB: first paint {paint:.0f} ms, list {ready:.0f} ms, "
              f"first search {first:.0f} ms, search {again:.0f} ms, filter {click:.0f} ms")
        assert paint < 5000 and ready < 5000, "slow to open"
        assert first < 2000 and again < 1000 and click < 1000, "slow to filter"


def data(page):
    """The number of findings in the page."""
    with open(page) as file:
        found = re.search(r'<script type="application/json" id="data">(.*?)</script>', file.read(), re.S)
    return len(json.loads(found.group(1))["findings"])


if sys.argv[1] == "usual":
    usual(sys.argv[2])
elif sys.argv[1] == "hostile":
    hostile(sys.argv[2], sys.argv[3])
else:
    large(sys.argv[2], int(sys.argv[3]))
