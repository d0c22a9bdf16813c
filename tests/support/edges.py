"""Real gateways on loopback, each as an unprivileged process with the configuration that Sundial writes.

In front of a small service whose every reply carries headers of its own, by the requested path:
`missing` in it is a 404, `moved` a redirect. Below /v1/dead nobody listens; /v1/inner/… is rewritten to
/elsewhere/… on its way, by the edge.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from deprecations.exporters.edges import EDGES
from deprecations.rules import RuleSet
from tests.support.patience import eventually

_NOBODY = 65534
_PATIENCE_SECONDS = 20
_MODULES = "authz_core env headers mpm_event proxy proxy_http rewrite setenvif unixd".split()

CREDENTIAL_KEY = bytes(range(32))
"""What Sundial hashes credentials with, here."""
OWN_LINK = '</v1/orders?page=2>; rel="next"'
"""The Link that the service sends itself, on every reply."""
OWN_DEPRECATION, OWN_SUNSET = "true", "next year, perhaps"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `headers` by their small names, each with its values in order."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        """Return a header's values, those of one line apart."""
        return [one.strip() for line in self.headers.get(name, []) for one in line.split(", ")]


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the edge listens, the service answers, and nobody is."""

    edge: int
    service: int
    dead: int


@contextmanager
def running(name: str, rules: RuleSet) -> Iterator[int]:
    """Run an edge with the rules' configuration in front of the service; answers its port."""
    with _service() as service, _folder() as folder:
        ports = Ports(_free_port(), service, _free_port())
        for file in EDGES[name].export(rules):
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text.replace("/etc/haproxy/sundial", str(folder)), encoding="utf-8")
        command = _COMMANDS[name](folder, ports)
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        with _process(command, folder, _ZONES.get(name, _ZONE)):
            eventually(lambda: _listens(ports.edge, folder), seconds=_PATIENCE_SECONDS)
            yield ports.edge


def installed(name: str) -> bool:
    """Tell whether this machine has the edge."""
    return shutil.which(_PROGRAMS[name], path=_search_path()) is not None


def ask(port: int, method: str, path: str, sent: Mapping[str, str] | None = None) -> Reply:
    """Send a request with exactly that path, and these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    connection.putrequest(method, path)
    for name, value in (sent or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    found: dict[str, list[str]] = {}
    for name, value in answer.getheaders():
        found.setdefault(name.lower(), []).append(value)
    return Reply(answer.status, found, body)


def _nginx(folder: Path, ports: Ports) -> list[str]:
    (folder / "nginx.conf").write_text(f"""\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include {folder}/sundial-http.conf;
    server {{
        listen 127.0.0.1:{ports.edge};
        include {folder}/sundial-server.conf;
        location / {{ proxy_pass http://127.0.0.1:{ports.service}; }}
        location /v1/dead/ {{ proxy_pass http://127.0.0.1:{ports.dead}; }}
        location /v1/inner/ {{
            add_header X-Own here always;
            include {folder}/sundial-headers.conf;
            rewrite ^/v1/inner/(.*)$ /elsewhere/$1 break;
            proxy_pass http://127.0.0.1:{ports.service};
        }}
        error_page 502 /sorry.html;
        location = /sorry.html {{ internal; return 502 "sorry"; }}
    }}
}}
""")
    return [_program("nginx"), "-p", str(folder), "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"]


def _haproxy(folder: Path, ports: Ports) -> list[str]:
    fragment = (folder / "sundial-frontend.cfg").read_text()
    (folder / "haproxy.cfg").write_text(f"""\
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    retries 0
frontend edge
    bind 127.0.0.1:{ports.edge}
{fragment}
    http-request set-path %[path,regsub(^/v1/inner/,/elsewhere/)]
    use_backend dead if {{ path_beg /v1/dead/ }}
    default_backend service
backend service
    server one 127.0.0.1:{ports.service}
backend dead
    server none 127.0.0.1:{ports.dead}
""")
    return [_program("haproxy"), "-db", "-f", f"{folder}/haproxy.cfg"]


def _apache(folder: Path, ports: Ports) -> list[str]:
    built_in = subprocess.run([_program("apache"), "-l"], capture_output=True, check=True, text=True).stdout
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in _MODULES
        if f"mod_{name}.c" not in built_in
    )
    (folder / "sorry.txt").write_text("sorry")
    (folder / "httpd.conf").write_text(f"""\
{modules}
ServerRoot {folder}
ServerName 127.0.0.1
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/log
Listen 127.0.0.1:{ports.edge}
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
DocumentRoot {folder}
<VirtualHost *>
    Include {folder}/sundial.conf
    AllowEncodedSlashes NoDecode
    ErrorDocument 503 /sorry.txt
    RewriteEngine On
    RewriteRule ^/v1/inner/(.*)$ http://127.0.0.1:{ports.service}/elsewhere/$1 [P]
    ProxyPass /sorry.txt !
    ProxyPass /v1/dead/ http://127.0.0.1:{ports.dead}/ nocanon
    ProxyPass / http://127.0.0.1:{ports.service}/ nocanon
</VirtualHost>
""")
    return [_program("apache"), "-f", f"{folder}/httpd.conf", "-DFOREGROUND"]


def _caddy(folder: Path, ports: Ports) -> list[str]:
    (folder / "Caddyfile").write_text(f"""\
{{
    admin off
    auto_https off
}}
import {folder}/sundial.caddy
http://127.0.0.1:{ports.edge} {{
    bind 127.0.0.1
    import sundial
    handle_errors {{
        import sundial_errors
        respond "sorry" {{http.error.status_code}}
    }}
    handle /v1/dead/* {{
        reverse_proxy 127.0.0.1:{ports.dead}
    }}
    handle_path /v1/inner/* {{
        rewrite * /elsewhere{{path}}
        reverse_proxy 127.0.0.1:{ports.service}
    }}
    handle {{
        reverse_proxy 127.0.0.1:{ports.service}
    }}
}}
""")
    return [_program("caddy"), "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


def _envoy(folder: Path, ports: Ports) -> list[str]:
    given = yaml.safe_load((folder / "sundial-filter.yaml").read_text())
    router = {"name": "router", "typed_config": {"@type": f"{_ENVOY}.filters.http.router.v3.Router"}}
    routes = [
        {"match": {"prefix": "/v1/dead/"}, "route": {"cluster": "dead"}},
        {"match": {"prefix": "/v1/inner/"}, "route": {"cluster": "service", "prefix_rewrite": "/elsewhere/"}},
        {"match": {"prefix": "/"}, "route": {"cluster": "service"}},
    ]
    manager = {
        "@type": f"{_ENVOY}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [*given, router],
    }
    configuration = {
        "static_resources": {
            "listeners": [
                {
                    "address": _address(ports.edge),
                    "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
                }
            ],
            "clusters": [_cluster("service", ports.service), _cluster("dead", ports.dead)],
        }
    }
    (folder / "envoy.yaml").write_text(yaml.safe_dump(configuration))
    options = ["--use-dynamic-base-id", "--concurrency", "1", "--log-level", "critical"]
    return [_program("envoy"), "-c", f"{folder}/envoy.yaml", *options]


_ENVOY = "type.googleapis.com/envoy.extensions"


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _cluster(name: str, port: int) -> dict[str, Any]:
    endpoint = {"endpoint": {"address": _address(port)}}
    assigned = {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]}
    return {"name": name, "connect_timeout": "5s", "load_assignment": assigned}


_COMMANDS: Mapping[str, Callable[[Path, Ports], list[str]]] = {
    "apache": _apache,
    "caddy": _caddy,
    "envoy": _envoy,
    "haproxy": _haproxy,
    "nginx": _nginx,
}
_ZONE = "America/New_York"
_ZONES = {"apache": "UTC"}  # whose expressions know local time alone; its configuration asks for this
_PROGRAMS = {"apache": "apache2", "caddy": "caddy", "envoy": "envoy", "haproxy": "haproxy", "nginx": "nginx"}


def _program(name: str) -> str:
    found = shutil.which(_PROGRAMS[name], path=_search_path())
    assert found is not None, f"{name} is not installed: tools/packages says how"
    return found


def _search_path() -> str:
    """Where Debian has daemons, and the virtual environment what comes with it."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin:{Path(sys.executable).parent}"


@contextmanager
def _process(command: list[str], folder: Path, zone: str) -> Iterator[None]:
    unprivileged: dict[str, Any] = {}
    if os.geteuid() == 0 and command[0].startswith("/usr/"):  # a virtual environment may be closed to nobody
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, _NOBODY, _NOBODY)
        unprivileged = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    environment = {"HOME": str(folder), "PATH": _search_path(), "TZ": zone}
    environment["SUNDIAL_CREDENTIAL_KEY"] = b64encode(CREDENTIAL_KEY).decode()
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, **unprivileged
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that anyone may enter: the edges run as nobody."""
    with tempfile.TemporaryDirectory(prefix="sundial-edge-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def _service() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Service(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        status = 404 if "missing" in self.path else 302 if "moved" in self.path else 200
        self.send_response(status)
        self.send_header("deprecation", OWN_DEPRECATION)
        self.send_header("Sunset", OWN_SUNSET)
        self.send_header("Link", OWN_LINK)
        if status == 302:
            self.send_header("Location", "/v2/orders")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_DELETE = do_POST = _answer  # noqa: N815 - as the server calls them

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def _listens(port: int, folder: Path) -> bool:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return True
    said = (folder / "output").read_text(errors="replace")
    log = folder / "log"
    assert "rror" not in said, said + (log.read_text(errors="replace") if log.exists() else "")
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
