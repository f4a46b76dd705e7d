"""Clients as people have them, over TLS, through a droplet's whole life."""

import json
import os
import re
import socket
import ssl
import subprocess
import warnings

import digitalocean
import pydo
import pytest
import requests
from azure.core.exceptions import HttpResponseError

import openapi_contract
from cloud import BUILD, Cloud, Key, wait_until


@pytest.fixture(scope="module")
def tls_cloud():
    made = Cloud("--tls", "--minute-limit", "100000", "--hourly-limit", "100000")
    try:
        yield made.start()
    finally:
        made.close()


def held_against_the_specification(cloud, requests=True):
    contract = openapi_contract.Contract.load()
    if contract is not None:  # test_contract.py says so when it is not at hand
        assert contract.check_record(cloud.record, requests) == []


def test_the_authority_is_its_own_and_stays(tls_cloud):
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(tls_cloud.url + "/v2/account", timeout=5)
    assert tls_cloud.authority.stat().st_mode & 0o777 == 0o644
    assert (tls_cloud.authority.parent / "authority.key").stat().st_mode & 0o777 == 0o600
    before = tls_cloud.authority.read_text()
    tls_cloud.terminate()
    tls_cloud.start()
    assert tls_cloud.authority.read_text() == before
    assert f"authority in {tls_cloud.authority}" in tls_cloud.log()
    # Links lead back to where the client came from; old versions of TLS are not spoken.
    assert tls_cloud.get("/v2/sizes?per_page=3")["links"]["pages"]["next"].startswith(tls_cloud.url)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings(action="ignore"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", tls_cloud.port), 5) as connection:
        with pytest.raises(OSError):
            old.wrap_socket(connection)


def test_pydo(tls_cloud, tmp_path):
    client = pydo.Client(token=tls_cloud.token(), endpoint=tls_cloud.url, connection_verify=str(tls_cloud.authority))

    def act(droplet, kind, **more):
        action = client.droplet_actions.post(droplet, body={"type": kind, **more})["action"]
        return wait_for(action["id"])

    def wait_for(action):
        found = wait_until(f"action {action}", lambda: next((a for a in [client.actions.get(action)["action"]]
                                                             if a["status"] != "in-progress"), None), 60)
        assert found["status"] == "completed", found
        return found

    assert client.account.get()["account"]["status"] == "active"
    assert "s-1vcpu-1gb" in [size["slug"] for size in client.sizes.list(per_page=200)["sizes"]]
    assert client.images.list(type="distribution")["images"][0]["slug"] == "debian-12-x64"
    key = client.ssh_keys.create(body={"name": "pydo", "public_key": Key(tmp_path / "key").public})["ssh_key"]
    made = client.droplets.create(body={"name": "pydo", "region": "nyc3", "size": "s-1vcpu-1gb", "tags": ["pydo"],
                                        "image": "debian-12-x64", "ssh_keys": [key["id"]]})
    droplet = made["droplet"]["id"]
    wait_for(made["links"]["actions"][0]["id"])
    assert client.droplets.get(droplet)["droplet"]["status"] == "active"
    assert [d["id"] for d in client.droplets.list(tag_name="pydo")["droplets"]] == [droplet]
    act(droplet, "reboot")
    begun = client.droplet_actions.post_by_tag(body={"type": "power_off"}, tag_name="pydo")["actions"]
    wait_for(begun[0]["id"])
    act(droplet, "resize", size="s-2vcpu-2gb", disk=False)
    act(droplet, "snapshot", name="pydo")
    image = client.images.list(private=True)["images"][0]
    act(droplet, "power_on")
    assert client.droplets.get(droplet)["droplet"]["size_slug"] == "s-2vcpu-2gb"
    with pytest.raises(HttpResponseError) as refused:
        client.load_balancers.list()
    assert refused.value.status_code == 501 and "does not offer GET /v2/load_balancers" in str(refused.value.message)
    with pytest.raises(HttpResponseError) as refused:
        client.droplets.list(per_page=500)
    assert refused.value.status_code == 400
    client.images.delete(image["id"])
    client.droplets.destroy(droplet)
    wait_until("it is gone", lambda: not client.droplets.list(tag_name="pydo")["droplets"], 60)
    client.ssh_keys.delete(key["id"])
    held_against_the_specification(tls_cloud)


def test_python_digitalocean(tls_cloud, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITALOCEAN_END_POINT", tls_cloud.url + "/v2/")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_cloud.authority))
    token = tls_cloud.token()
    manager = digitalocean.Manager(token=token)
    assert manager.get_account().status == "active"
    assert {"nyc3", "fra1"} <= {region.slug for region in manager.get_all_regions()}
    assert [image.slug for image in manager.get_distro_images()] == ["debian-12-x64"]

    key = digitalocean.SSHKey(token=token, name="old", public_key=Key(tmp_path / "key").public)
    key.create()
    droplet = digitalocean.Droplet(token=token, name="old", region="nyc3", size_slug="s-1vcpu-1gb", tags=["old"],
                                   image="debian-12-x64", ssh_keys=manager.get_all_sshkeys())
    droplet.create()

    def ended(action):
        assert action.wait(update_every_seconds=0.2, repeat=300), action

    ended(droplet.get_actions()[0])
    found, = manager.get_all_droplets(tag_name="old")
    assert (found.id, found.status, found.name) == (droplet.id, "active", "old") and found.ip_address
    ended(droplet.power_off(return_dict=False))
    ended(droplet.resize("s-2vcpu-2gb", return_dict=False, disk=False))
    ended(droplet.take_snapshot("old", return_dict=False))
    ended(droplet.power_on(return_dict=False))
    assert droplet.load().size_slug == "s-2vcpu-2gb"
    assert [image.name for image in manager.get_my_images()] == ["old"]
    with pytest.raises(digitalocean.DataReadError, match="does not offer GET /v2/load_balancers"):
        manager.get_all_load_balancers()
    manager.get_my_images()[0].destroy()
    droplet.destroy()
    wait_until("it is gone", lambda: not manager.get_all_droplets(tag_name="old"), 60)
    key.destroy()
    # It writes a page's size and an empty body where the specification has none.
    held_against_the_specification(tls_cloud, requests=False)


def provider_of_a_server(cloud, directory, *options):
    """What a server of Ashlar's own says of this cloud."""
    log = directory / "log"
    token_file = directory / "token"
    token_file.write_text(cloud.token())
    token_file.chmod(0o600)
    with log.open("wb") as output:
        server = subprocess.Popen([BUILD / "src/main/ashlar", "serve", "--data", directory / "data", "--listen",
                                   "127.0.0.1:0", "--digitalocean-url", cloud.url, "--digitalocean-token-file",
                                   token_file, *options], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  env={k: v for k, v in os.environ.items() if not k.startswith("ASHLAR_")})
    try:
        url = wait_until("the server answers", lambda: re.search(r"answers at (http://[\d.:]+/api)", log.read_text()), 20)[1]
        token = (directory / "data/admin-token").read_text().strip()
        answer = requests.get(url + "/providers", headers={"Authorization": f"Bearer {token}"}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"][0]
    finally:
        server.kill()
        server.wait()


def test_a_server_of_ashlars_trusts_the_authority_that_it_is_told(tls_cloud, tmp_path):
    for part in ("told", "not-told"):
        (tmp_path / part).mkdir()
    told = provider_of_a_server(tls_cloud, tmp_path / "told", "--digitalocean-ca", tls_cloud.authority)
    assert told["usable"] is True, json.dumps(told)
    not_told = provider_of_a_server(tls_cloud, tmp_path / "not-told")
    assert not_told["usable"] is False and "certificate" in not_told["error"]


@pytest.mark.parametrize("option", ["--digitalocean-ca", "--packages-ca"])
def test_what_is_no_authority_is_said_at_the_start(tls_cloud, tmp_path, option):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing")
    (tmp_path / "token").write_text("x" * 20)
    (tmp_path / "token").chmod(0o600)
    for path, told in ((nonsense, "holds no certificate"), (tmp_path / "none.pem", "No such file")):
        ended = subprocess.run([BUILD / "src/main/ashlar", "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                                "--digitalocean-url", tls_cloud.url, "--digitalocean-token-file", tmp_path / "token",
                                option, path], capture_output=True, text=True, timeout=20)
        assert ended.returncode != 0 and told in ended.stderr and str(path) in ended.stderr, ended.stderr
