"""Serves Keystone on loopback: serve_keystone.py PORT. Its configuration is in OS_KEYSTONE_CONFIG_FILES.

Version 2 of the API ended with the releases of 2018; the login that clients of it send is translated here to version 3. The
tokens are the same.
"""

import io
import json
import sys
import threading

from werkzeug.serving import WSGIRequestHandler, run_simple

PORT = int(sys.argv[1])
del sys.argv[1:]  # Keystone reads them when it is imported.

from keystone.wsgi.api import application  # noqa: E402

# SQLite answers a second writer with an error.
LOCK = threading.Lock()


def version3(env, start_response):
    with LOCK:
        return [b"".join(application(env, start_response))]


def log_in(auth):
    """Logs in by version 3 and returns status, token and description."""
    password = auth.get("passwordCredentials", {})
    user = {"name": password.get("username", ""), "domain": {"id": "default"}, "password": password.get("password", "")}
    project = {"id": auth["tenantId"]} if auth.get("tenantId") else {"name": auth.get("tenantName", ""), "domain": {"id": "default"}}
    body = json.dumps(
        {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": project}}}
    ).encode()
    env = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/v3/auth/tokens",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = {}

    def start_response(status, headers, failure=None):
        answer["status"] = status
        answer["headers"] = {name.lower(): value for name, value in headers}

    description = json.loads(b"".join(version3(env, start_response)))
    return answer["status"], answer["headers"].get("x-subject-token"), description


def access(token_id, token):
    """Describes a token as version 2 does."""
    catalog = []
    for service in token["catalog"]:
        regions = {}
        for endpoint in service["endpoints"]:
            region = regions.setdefault(endpoint["region"], {"region": endpoint["region"], "id": endpoint["id"]})
            region[endpoint["interface"] + "URL"] = endpoint["url"]
        catalog.append({"type": service["type"], "name": service["name"], "endpoints": list(regions.values())})
    tenant = {"id": token["project"]["id"], "name": token["project"]["name"], "enabled": True}
    roles = [{"name": role["name"]} for role in token["roles"]]
    user = {"id": token["user"]["id"], "name": token["user"]["name"], "username": token["user"]["name"], "roles": roles}
    return {
        "access": {
            "token": {"id": token_id, "expires": token["expires_at"], "issued_at": token["issued_at"], "tenant": tenant},
            "serviceCatalog": catalog,
            "user": user,
        }
    }


def app(env, start_response):
    if env["PATH_INFO"] != "/v2.0/tokens":
        return version3(env, start_response)
    request = json.loads(env["wsgi.input"].read(int(env["CONTENT_LENGTH"])))
    status, token_id, body = log_in(request["auth"])
    if token_id:
        status, body = "200 OK", access(token_id, body["token"])
    data = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
    return [data]


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"


run_simple("127.0.0.1", PORT, app, threaded=True, request_handler=Handler)
