"""Tells Keystone where Swift is: register_swift.py KEYSTONE SWIFT USER PASSWORD, the first two as http://host:port."""

import json
import sys
import urllib.request

keystone, swift, user, password = sys.argv[1:]


def post(path, body, token=""):
    request = urllib.request.Request(
        keystone + path, json.dumps(body).encode(), {"Content-Type": "application/json", "X-Auth-Token": token}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers, json.load(answer)


default = {"id": "default"}
identity = {"methods": ["password"], "password": {"user": {"name": user, "domain": default, "password": password}}}
headers, _ = post("/v3/auth/tokens", {"auth": {"identity": identity, "scope": {"project": {"name": user, "domain": default}}}})
token = headers["X-Subject-Token"]
_, made = post("/v3/services", {"service": {"name": "swift", "type": "object-store"}}, token)
for interface in ("public", "internal", "admin"):
    post(
        "/v3/endpoints",
        {
            "endpoint": {
                "interface": interface,
                "region_id": "RegionOne",
                "service_id": made["service"]["id"],
                "url": swift + "/v1/AUTH_%(project_id)s",
            }
        },
        token,
    )
