"""Lines that nginx, Apache, HAProxy and Caddy themselves write, of calls whose every part is known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consumers.hit import Broken, Hit
from consumers.identify import named_by
from consumers.readers import READERS, recognise
from tests.support import log_writers as writers
from tests.support.patience import eventually

pytestmark = pytest.mark.slow
AGENT = 'acme-sync/2.1 (caf\xe9 "quoted")'
KEY = "sk-hunter2-horse"
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  log_format json escape=json '{{"time_iso8601":"$time_iso8601","request_method":"$request_method",'
    '"request_uri":"$request_uri","status":$status,"host":"$host","http_user_agent":"$http_user_agent",'
    '"http_x_api_key":"$http_x_api_key","remote_user":"$remote_user"}}';
  access_log {folder}/combined.log combined; access_log {folder}/json.log json;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 404; }}
    location /v1/orders {{ auth_basic api; auth_basic_user_file {folder}/passwords; root {folder}; }}
  }}
}}
"""
APACHE = """
ServerRoot {folder}
ServerName api.example.com
AllowEncodedSlashes NoDecode
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
ErrorLog {folder}/error.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authn_file_module {modules}/mod_authn_file.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_basic_module {modules}/mod_auth_basic.so
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {folder}/combined.log combined
DocumentRoot {folder}
<Location /v1/orders>
  AuthType Basic
  AuthName api
  AuthUserFile {folder}/passwords
  Require valid-user
</Location>
"""
HAPROXY = """
global
  log 127.0.0.1:{syslog} format rfc5424 local0
defaults
  mode http
  log global
  option httplog
  timeout client 10s
  timeout connect 10s
  timeout server 10s
frontend api_in
  bind 127.0.0.1:{port}
  http-request capture req.hdr(User-Agent) len 100
  http-request capture req.hdr(X-Client-Id) len 100
  http-request return status 404
"""
CADDY = """
{{
  admin off
  auto_https off
  storage file_system {folder}
}}
http://127.0.0.1:{port} {{
  log {{
    output file {folder}/access.log
  }}
  respond 404
}}
"""


def calls(port: int, **headers: str) -> datetime:
    """Make the calls that every test expects in its log, and return when."""
    begun = datetime.now(UTC).replace(microsecond=0)
    known = {"User_Agent": AGENT} | headers
    assert writers.ask(port, "GET", "/v1/orders/7?token=hunter2", **known) == 404
    assert writers.ask(port, "DELETE", "/v1/orders/a%2Fb%22c", **known) in {404, 405}
    writers.send_raw(port, b"\x16\x03\x01hunter2\r\n\r\n")
    return begun


def read(path: Path, log_format: str) -> list[Hit | Broken]:
    """Return what a reader makes of a server's log, without the calls that waited for the server."""
    return items(path.read_bytes().splitlines(keepends=True), log_format)


def items(lines: list[bytes], log_format: str) -> list[Hit | Broken]:
    found = [item for item in READERS[log_format](lines) if item is not None]
    return [item for item in found if isinstance(item, Broken) or item.path != "/ready"]


def check(found: list[Hit | Broken], begun: datetime, caller: tuple[str, str]) -> None:
    """Hold what was read against what was asked."""
    hits = [item for item in found if isinstance(item, Hit)]
    assert [(hit.method, hit.path.replace("%22", '"')) for hit in hits] == [
        ("GET", "/v1/orders/7"),
        ("DELETE", '/v1/orders/a%2Fb"c'),
    ]
    for hit in hits:
        assert begun <= hit.at <= begun + timedelta(minutes=2)
        assert (hit.user_agent, hit.calls) == ("acme-sync/2.1", 1)
        assert tuple(named_by(hit)) == caller
    for item in found:
        if isinstance(item, Broken):
            assert "hunter2" not in item.sample


def test_nginx_in_its_combined_format_and_as_json(tmp_path: Path) -> None:
    if not (nginx := writers.program("nginx")):
        pytest.skip("nginx is not installed")
    port = writers.free_port()
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, port=port))
    (tmp_path / "passwords").write_text(writers.password_line())
    with writers.running([nginx, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"], port):
        begun = calls(port, Authorization=writers.basic(), X_Api_Key=KEY)
    check(read(tmp_path / "combined.log", "combined"), begun, ("user", "acme"))
    check(read(tmp_path / "json.log", "nginx-json"), begun, ("api-key", KEY))
    for name, log_format in (("combined.log", "combined"), ("json.log", "nginx-json")):
        assert recognise((tmp_path / name).read_bytes().splitlines(keepends=True)) == log_format


def test_apache(tmp_path: Path) -> None:
    apache, modules = writers.program("apache2", "httpd"), writers.modules_of_apache()
    if not (apache and modules):
        pytest.skip("Apache is not installed")
    port = writers.free_port()
    (tmp_path / "apache.conf").write_text(APACHE.format(folder=tmp_path, port=port, modules=modules))
    (tmp_path / "passwords").write_text(writers.password_line())
    with writers.running([apache, "-X", "-f", tmp_path / "apache.conf"], port):
        begun = calls(port, Authorization=writers.basic())
    check(read(tmp_path / "combined.log", "combined"), begun, ("user", "acme"))


def test_haproxy_over_syslog(tmp_path: Path) -> None:
    if not (haproxy := writers.program("haproxy")):
        pytest.skip("HAProxy is not installed")
    port, lines = writers.free_port(), list[bytes]()
    with writers.syslog(lines) as syslog:
        (tmp_path / "haproxy.cfg").write_text(HAPROXY.format(port=port, syslog=syslog))
        with writers.running([haproxy, "-db", "-f", tmp_path / "haproxy.cfg"], port):
            begun = calls(port, X_Client_Id=KEY)
            eventually(lambda: any(b"<BADREQ>" in line for line in lines))
    check(items(lines, "haproxy"), begun, ("client-id", KEY))
    assert recognise(lines) == "haproxy"


def test_caddy(tmp_path: Path) -> None:
    if not (caddy := writers.program("caddy")):
        pytest.skip("Caddy is not installed")
    port = writers.free_port()
    (tmp_path / "Caddyfile").write_text(CADDY.format(folder=tmp_path, port=port))
    command = [caddy, "run", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"]
    with (tmp_path / "caddy.err").open("w") as errors, writers.running(command, port, errors=errors):
        begun = calls(port, X_Api_Key=KEY)
    check(read(tmp_path / "access.log", "caddy-json"), begun, ("api-key", KEY))
    assert recognise((tmp_path / "access.log").read_bytes().splitlines(keepends=True)) == "caddy-json"
