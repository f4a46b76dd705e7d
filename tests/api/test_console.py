"""The console as `ashlar serve` sends it: forms, caching, policy, and what is left to the API."""

import concurrent.futures
import gzip
import re
import time

import pytest
import requests

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def page(server):
    answer = requests.get(server.url + "/", headers=PAGE, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture(scope="module")
def assets(server, page):
    """Everything that the page asks for at once."""
    paths = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)
    assert any(path.endswith(".js") for path in paths) and any(path.endswith(".css") for path in paths)
    return [server.url + path for path in paths]


def test_routes_of_the_console_are_its_page(server, page):
    for path in ("/servers", "/servers/create", "/servers/update/res_1", "/operations", "/no/such/page"):
        answer = requests.get(server.url + path, headers=PAGE, timeout=10)
        assert (answer.status_code, answer.text) == (200, page.text), path


def test_pages_need_nothing_that_the_policy_forbids(page):
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["style-src"] == "'self'" and "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), "an inline script would not run"
    assert not re.search(r"<style|\bon\w+=", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text), "everything comes from here"


def test_every_answer_is_guarded(server, page, assets):
    missing = requests.get(server.url + "/assets/gone.js", timeout=10)
    assert missing.status_code == 404
    for answer in (page, missing, requests.get(assets[0], timeout=10)):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_is_always_asked_for_and_the_rest_never_again(page, assets):
    assert page.headers["Cache-Control"] == "no-cache"
    for url in assets:
        answer = requests.get(url, timeout=10)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def raw(url, coding, **headers):
    with requests.get(url, headers={"Accept-Encoding": coding, **headers}, stream=True,
                      timeout=10) as answer:
        return answer, answer.raw.read(decode_content=False)


def test_compressed_forms_are_the_same_file_and_smaller(assets):
    for url in assets:
        _, plain = raw(url, "identity")
        zipped, gzip_bytes = raw(url, "gzip")
        small, brotli_bytes = raw(url, "gzip, deflate, br")
        if len(plain) < 2000:
            continue
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(gzip_bytes) == plain
        assert small.headers["Content-Encoding"] == "br"
        assert len(brotli_bytes) < len(gzip_bytes) < len(plain)
        assert small.headers["ETag"] != zipped.headers["ETag"]
        assert small.headers["Vary"] == "Accept-Encoding"


def test_what_the_browser_has_is_not_sent_again(server, page):
    again = requests.get(server.url + "/", timeout=10,
                         headers={**PAGE, "If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_head_tells_the_size_only(server, page):
    head = requests.head(server.url + "/", headers=PAGE, timeout=10)
    assert head.status_code == 200 and head.content == b""
    assert int(head.headers["Content-Length"]) == len(page.content)


def test_the_api_is_never_answered_with_a_page(server):
    for path in ("/api", "/api/nothing", "/api/session", "/health/x", "/metrics", "/metrics/x"):
        answer = requests.get(server.url + path, headers=PAGE, timeout=10)
        assert answer.status_code == 401, path
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert requests.get(server.url + "/apifoo", headers=PAGE, timeout=10).status_code == 200


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/assets/..%2f..%2fetc/passwd", "/%2e%2e/index.html",
                                  "/assets/", "/index.html/x", "/assets/%00"])
def test_paths_lead_nowhere_else(server, path):
    request = requests.Request("GET", server.url).prepare()
    request.url = server.url + path  # as it stands: libraries would tidy it up
    answer = requests.Session().send(request, timeout=10)
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


def test_pages_come_while_the_provider_is_slow(server, dummy_provider):
    """More requests wait for the provider than a browser's tabs would make."""
    with dummy_provider.slow(2), concurrent.futures.ThreadPoolExecutor(8) as pool:
        headers = {"Authorization": f"Bearer {server.token()}"}
        waiting = [pool.submit(requests.get, server.url + "/api/providers", headers=headers, timeout=30)
                   for _ in range(8)]
        time.sleep(0.3)
        began = time.monotonic()
        assert requests.get(server.url + "/servers", headers=PAGE, timeout=10).status_code == 200
        assert time.monotonic() - began < 1
        assert not any(answer.done() for answer in waiting), "nothing was slow"
    assert all(answer.result().status_code == 200 for answer in waiting)
