"""A browser's session with the real program: across a restart, in its log and on its disk."""

import signal

import pytest
import requests


def sign_in(server):
    browser = requests.Session()
    answer = browser.post(server.url + "/api/session", json={"token": server.token()}, timeout=10)
    assert answer.status_code == 200, answer.text
    assert browser.cookies["ashlar_session"]
    return browser, answer.json()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_session_outlives_the_server(new_server, how):
    new_server.start()
    browser, session = sign_in(new_server)
    new_server.stop(how)
    new_server.start()
    again = browser.get(new_server.url + "/api/session", timeout=10)
    assert again.status_code == 200 and again.json() == session
    # As requests to this server come over plain HTTP, the cookie must not ask for more.
    assert browser.get(new_server.url + "/api/servers", timeout=10).json()["total"] == 0


def test_only_its_csrf_token_lets_it_change_anything(new_server):
    new_server.start()
    browser, session = sign_in(new_server)
    assert browser.delete(new_server.url + "/api/session", timeout=10).status_code == 403
    signed_out = browser.delete(new_server.url + "/api/session", timeout=10,
                                headers={"X-CSRF-Token": session["csrfToken"]})
    assert signed_out.status_code == 204
    assert "ashlar_session" not in browser.cookies, "the browser was told to forget it"
    assert browser.get(new_server.url + "/api/session", timeout=10).status_code == 401


def test_nothing_of_it_is_in_the_log_or_on_the_disk(new_server):
    new_server.start()
    browser, session = sign_in(new_server)
    browser.get(new_server.url + "/api/servers", timeout=10)
    requests.post(new_server.url + "/api/session", json={"token": "canary-wrong-token"}, timeout=10)
    token = new_server.token()
    new_server.stop()
    log = new_server.log.read_text()
    assert "a session was begun with token 'administrator' (tok_" in log and "a sign-in from" in log
    secrets = (browser.cookies["ashlar_session"], session["csrfToken"], "canary-wrong-token")
    for secret in (*secrets, token):
        assert secret not in log
    for file in new_server.data.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(secret.encode() in data for secret in secrets), file


def test_sign_ins_of_one_address_that_fail_are_slowed_down(new_server):
    new_server.start()
    url = new_server.url + "/api/session"
    statuses = [requests.post(url, json={"token": f"guess-{i}"}, timeout=10).status_code
                for i in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    limited = requests.post(url, json={"token": new_server.token()}, timeout=10)
    assert limited.status_code == 429 and 0 < int(limited.headers["Retry-After"]) <= 60
