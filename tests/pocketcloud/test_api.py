"""What needs no machine: catalog, keys, VPCs, tags, pages, errors, quota."""

import pytest

from cloud import Key


def test_a_wrong_token_is_refused(cloud):
    answer = cloud.call("GET", "/v2/account", 401, token="wrong")
    assert answer.json()["message"] == "Unable to authenticate you"
    cloud.call("GET", "/_pocket/faults", 401, token="wrong")


def test_the_token_is_its_owners_only(cloud):
    assert (cloud.data / "token").stat().st_mode & 0o777 == 0o600
    assert cloud.data.stat().st_mode & 0o077 == 0


def test_answers_carry_request_id_and_quota(cloud):
    first = cloud.call("GET", "/v2/account", 200).headers
    second = cloud.call("GET", "/v2/account", 200).headers
    assert first["x-request-id"] != second["x-request-id"]
    assert int(second["RateLimit-Remaining"]) == int(first["RateLimit-Remaining"]) - 1
    assert int(first["RateLimit-Reset"]) > 1_700_000_000


def test_what_is_not_there_is_404(cloud):
    for path in ("/v2/droplets/1", "/v2/nothing", "/v2/vpcs/x", "/v2/firewalls/x", "/v2/tags/x", "/v2/actions/1",
                 "/v2/images/none", "/v2/account/keys/1", "/v2/droplets/abc"):
        answer = cloud.get(path, 404)
        assert answer["id"] == "not_found" and answer["request_id"], path


def test_what_is_not_offered_is_told_from_what_does_not_exist(cloud):
    for method, path in (("POST", "/v2/load_balancers"), ("GET", "/v2/kubernetes/clusters"), ("GET", "/v2/volumes/1"),
                         ("GET", "/v2/droplets/1/neighbors"), ("POST", "/v2/images")):
        cloud.refused(method, path, None, 501, "does not offer", f"{method} {path}", "/_pocket/routes")
    cloud.refused("PATCH", "/v2/droplets", None, 405, "GET")
    offered = {(route["method"], route["path"]) for route in cloud.get("/_pocket/routes")["routes"]}
    assert {("POST", "/v2/droplets"), ("GET", "/v2/vpcs/{id}/members"), ("POST", "/_pocket/faults")} <= offered
    assert ("POST", "/v2/load_balancers") not in offered


def test_a_slash_behind_a_path_changes_nothing(cloud):
    for path in ("/v2/sizes", "/v2/images/debian-12-x64", "/v2/droplets"):
        assert cloud.get(path + "/") == cloud.get(path)
    cloud.post("/v2/tags/", {"name": "slash"})
    cloud.delete("/v2/tags/slash/")
    cloud.get("/v2/tags/slash", 404)
    assert cloud.get("/v2/sizes/?page=2&per_page=3")["links"]["pages"]["next"].endswith("/v2/sizes?page=3&per_page=3")


@pytest.mark.parametrize("query, message", [
    ("/v2/sizes?page=0", "page must be"), ("/v2/sizes?page=-1", "page must be"), ("/v2/sizes?page=two", "page must be"),
    ("/v2/droplets?per_page=0", "per_page must be"), ("/v2/vpcs?per_page=201", "from 1 to 200"),
    ("/v2/actions?per_page=", "per_page must be"), ("/v2/tags?page=1.5&per_page=x", "page must be"),
    ("/v2/images?type=snapshot", "type must be one of: distribution, application"),
    ("/v2/images?private=yes", "private must be"),
    ("/v2/droplets?type=toasters", "type must be one of: droplets, gpus"),
    ("/v2/droplets?tag_name=a&name=b", "can not be combined"),
    ("/v2/droplets?tag_name=a&type=gpus", "can not be combined"),
])
def test_a_query_that_the_specification_does_not_allow_is_refused(cloud, query, message):
    cloud.refused("GET", query, None, 400, message)


def test_a_page_beyond_the_last_is_empty(cloud):
    for page in (5, 10**9, 10**30):
        assert cloud.get(f"/v2/sizes?page={page}&per_page=3")["sizes"] == []
    assert cloud.get("/v2/droplets?type=gpus")["droplets"] == []


def test_catalog(cloud):
    sizes = {size["slug"]: size for size in cloud.get("/v2/sizes?per_page=200")["sizes"]}
    assert sizes["s-1vcpu-1gb"]["price_monthly"] == 6 and sizes["s-1vcpu-1gb"]["price_hourly"] == 0.00893
    assert sizes["s-4vcpu-8gb"]["price_monthly"] == 48
    regions = {region["slug"]: region for region in cloud.get("/v2/regions?per_page=200")["regions"]}
    assert {"nyc1", "nyc3", "sfo3", "ams3", "sgp1", "lon1", "fra1", "tor1", "blr1"} == set(regions)
    assert "m-2vcpu-16gb" in regions["nyc3"]["sizes"] and "m-2vcpu-16gb" not in regions["blr1"]["sizes"]
    image = cloud.get("/v2/images/debian-12-x64")["image"]
    assert cloud.get(f"/v2/images/{image['id']}")["image"] == image
    assert cloud.get("/v2/images?type=distribution")["images"] == [image]
    assert cloud.get("/v2/images?type=application")["images"] == []


def test_pages(cloud):
    page = cloud.get("/v2/sizes?page=2&per_page=3")
    assert len(page["sizes"]) == 3 and page["meta"]["total"] == 10
    assert page["links"]["pages"]["next"] == f"{cloud.url}/v2/sizes?page=3&per_page=3"
    assert page["links"]["pages"]["prev"].endswith("page=1&per_page=3")
    last = cloud.get("/v2/sizes?page=4&per_page=3")
    assert len(last["sizes"]) == 1 and "next" not in last["links"]["pages"]
    assert cloud.get("/v2/sizes?per_page=200")["links"] == {}


def test_keys(cloud, tmp_path):
    key = Key(tmp_path / "key")
    created = cloud.post("/v2/account/keys", {"name": "one", "public_key": key.public})["ssh_key"]
    assert len(created["fingerprint"].split(":")) == 16
    cloud.refused("POST", "/v2/account/keys", {"name": "two", "public_key": key.public}, 422, "already in use")
    cloud.refused("POST", "/v2/account/keys", {"name": "two", "public_key": "nonsense"}, 422, "Key invalid")
    cloud.refused("POST", "/v2/account/keys", {"public_key": key.public}, 422, "Name")
    by_fingerprint = f"/v2/account/keys/{created['fingerprint']}"
    assert cloud.get(by_fingerprint)["ssh_key"] == created
    renamed = cloud.call("PUT", f"/v2/account/keys/{created['id']}", 200, {"name": "new"}).json()["ssh_key"]
    assert renamed["name"] == "new" and renamed in cloud.get("/v2/account/keys")["ssh_keys"]
    cloud.delete(by_fingerprint)
    cloud.get(by_fingerprint, 404)


def test_vpcs(cloud):
    vpcs = cloud.get("/v2/vpcs?per_page=200")["vpcs"]
    defaults = [vpc for vpc in vpcs if vpc["default"]]
    assert {vpc["region"] for vpc in defaults} == {r["slug"] for r in cloud.get("/v2/regions?per_page=200")["regions"]}
    made = cloud.post("/v2/vpcs", {"name": "mine", "region": "fra1", "description": "d"})["vpc"]
    path = f"/v2/vpcs/{made['id']}"
    assert cloud.get(path)["vpc"] == made and made["description"] == "d"
    cloud.refused("POST", "/v2/vpcs", {"name": "mine", "region": "fra1"}, 409, "same name")
    cloud.refused("POST", "/v2/vpcs", {"name": "a b", "region": "fra1"}, 422, "Name is invalid")
    cloud.refused("POST", "/v2/vpcs", {"name": "b", "region": "mars"}, 422, "region")
    for bad in ("8.8.8.0/24", "10.0.0.0/8", "10.1.1.1/24", "10.1.1.0/29", "x"):
        cloud.refused("POST", "/v2/vpcs", {"name": "b", "region": "fra1", "ip_range": bad}, 422, "ip_range")
    cloud.refused("POST", "/v2/vpcs", {"name": "b", "region": "fra1", "ip_range": made["ip_range"]}, 422, "overlaps")
    cloud.call("PUT", path, 200, {"name": "renamed"})
    cloud.call("PATCH", path, 200, {"description": "other"})
    assert {k: cloud.get(path)["vpc"][k] for k in ("name", "description")} == {"name": "renamed", "description": "other"}
    assert cloud.get(path + "/members")["members"] == []
    cloud.refused("DELETE", f"/v2/vpcs/{defaults[0]['id']}", None, 403, "default")
    cloud.delete(path)
    cloud.get(path, 404)


def test_tags(cloud):
    assert cloud.post("/v2/tags", {"name": "env:test"})["tag"]["resources"]["count"] == 0
    assert cloud.post("/v2/tags", {"name": "env:test"})  # again is no error
    cloud.refused("POST", "/v2/tags", {"name": "a b"}, 422, "Tag name")
    assert "env:test" in [tag["name"] for tag in cloud.get("/v2/tags?per_page=200")["tags"]]
    cloud.delete("/v2/tags/env:test")
    cloud.get("/v2/tags/env:test", 404)


REFUSED_DROPLETS = {
    "no name": ({"name": ""}, "hostname characters"),
    "a bad name": ({"name": "under_score"}, "hostname characters"),
    "eleven names": ({"names": [f"n{i}" for i in range(11)]}, "10 Droplets"),
    "an unknown region": ({"region": "mars1"}, "invalid region"),
    "an unknown size": ({"size": "huge"}, "invalid size"),
    "a size the region lacks": ({"region": "blr1", "size": "m-2vcpu-16gb"}, "not available in this region"),
    "an unknown image": ({"image": "windows-95"}, "invalid image"),
    "an unknown key": ({"ssh_keys": [12345]}, "12345 are invalid key identifiers"),
    "an unknown VPC": ({"vpc_uuid": "none"}, "vpc_uuid"),
    "a bad tag": ({"tags": ["a b"]}, "Tag name"),
    "volumes": ({"volumes": ["x"]}, "not offered"),
    "IPv6": ({"ipv6": True}, "not offered"),
    "a script as user data": ({"user_data": "#!/bin/sh\nreboot"}, "#cloud-config"),
    "another cloud-config key": ({"user_data": "#cloud-config\nruncmd: [reboot]"}, "'runcmd' is not supported"),
    "a file with a relative path": ({"user_data": "#cloud-config\nwrite_files: [{path: ../x}]"}, "absolute path"),
    "broken YAML": ({"user_data": "#cloud-config\n: ["}, "not valid YAML"),
}


@pytest.mark.parametrize("name", REFUSED_DROPLETS)
def test_a_create_is_refused_with(cloud, name):
    change, message = REFUSED_DROPLETS[name]
    body = {"name": "ok", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "debian-12-x64", **change}
    if "names" in change:
        del body["name"]
    cloud.refused("POST", "/v2/droplets", body, 422, message)
    assert cloud.get("/v2/droplets")["meta"]["total"] == 0


def test_a_body_that_is_not_json_is_400(cloud):
    token = (cloud.data / "token").read_text().strip()
    answer = cloud.session.post(cloud.url + "/v2/tags", data="{", headers={"Authorization": f"Bearer {token}"}, timeout=5)
    assert answer.status_code == 400 and answer.json()["id"] == "bad_request"
