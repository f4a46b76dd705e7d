"""A provider that sells two sizes in one region and makes nothing: what `ashlar serve` talks to here."""

import contextlib
import http.server
import json
import threading
import time

SIZES = [
    {"slug": "s-1vcpu-1gb", "memory": 1024, "vcpus": 1, "disk": 25, "transfer": 1.0,
     "price_monthly": 6.0, "price_hourly": 0.00893, "regions": ["nyc1"], "available": True,
     "description": "Basic"},
    {"slug": "s-2vcpu-2gb", "memory": 2048, "vcpus": 2, "disk": 60, "transfer": 3.0,
     "price_monthly": 18.0, "price_hourly": 0.02679, "regions": ["nyc1"], "available": True,
     "description": "Basic"},
]
REGIONS = [{"slug": "nyc1", "name": "New York 1", "available": True, "features": ["metadata"],
            "sizes": [size["slug"] for size in SIZES]}]
ACCOUNT = {"droplet_limit": 10, "floating_ip_limit": 3, "email": "nobody@example.com",
           "name": "Nobody", "uuid": "0", "email_verified": True, "status": "active",
           "status_message": ""}
# What exists, by the name of the list that DigitalOcean answers with.
LISTS = {"regions": REGIONS, "sizes": SIZES, "droplets": [], "vpcs": [], "firewalls": [],
         "ssh_keys": [], "tags": [], "images": [], "actions": []}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ratelimit-limit", "5000")
        self.send_header("ratelimit-remaining", "4321")
        self.send_header("ratelimit-reset", "1900000000")
        self.send_header("x-request-id", "dummy-1")
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, identifier, message):
        self.answer(status, {"id": identifier, "message": message, "request_id": "dummy-1"})

    def do_GET(self):
        path = self.path.split("?")[0].removeprefix("/v2/")
        time.sleep(self.server.delay)
        if self.headers.get("Authorization") != "Bearer " + self.server.token:
            self.refuse(401, "Unauthorized", "Unable to authenticate you")
        elif path == "account":
            self.answer(200, {"account": ACCOUNT})
        elif path.split("/")[-1] == "keys":
            self.answer(200, {"ssh_keys": [], "links": {}, "meta": {"total": 0}})
        elif path in LISTS:
            self.answer(200, {path: LISTS[path], "links": {}, "meta": {"total": len(LISTS[path])}})
        else:
            self.refuse(404, "not_found", "The resource you requested could not be found.")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.refuse(422, "unprocessable_entity", "this provider makes nothing")

    do_PUT = do_POST

    def do_DELETE(self):
        self.refuse(404, "not_found", "The resource you requested could not be found.")

    def log_message(self, *_):
        pass


class Provider:
    def __init__(self, token):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.token = token
        self.server.delay = 0
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def slow(self, seconds):
        self.server.delay = seconds
        try:
            yield
        finally:
            self.server.delay = 0

    def close(self):
        self.server.shutdown()
        self.server.server_close()
