"""A real IMAP server on loopback: Debian's Dovecot, with one mailbox whose Maildir the test fills."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mailbox import Maildir
from pathlib import Path

from trustme import CA

from tests.support.patience import eventually

USER, PASSWORD = "bounces@example.com", "s3cret/with?signs"
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class ImapHost:
    """A running server; `ca` is the file with the authority of its certificate."""

    port: int
    tls_port: int
    ca: Path
    maildir: Path

    def put(self, mail: bytes) -> None:
        """Let a mail arrive."""
        owner = pwd.getpwnam("nobody")
        key = Maildir(self.maildir).add(mail)
        os.chown(self.maildir / "new" / key, owner.pw_uid, owner.pw_gid)

    def flags(self) -> list[str]:
        """Return the Maildir flags of each mail, "" for one that nobody saw."""
        return sorted(message.get_flags() for message in Maildir(self.maildir))


def dovecot() -> str | None:
    """Return why no Dovecot can run here, None where it can."""
    if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        return "Dovecot is not on this machine: apt-get install dovecot-imapd"
    if os.getuid() != 0:
        return "Dovecot gives its mailboxes to another user, which takes root"
    return None


@contextmanager
def imap_host(folder: Path) -> Iterator[ImapHost]:
    """Run Dovecot for as long as the block lasts, everything of it below `folder`."""
    authority, port, tls_port = CA(), _free_port(), _free_port()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for number, part in enumerate(certificate.cert_chain_pems):
        part.write_to_path(folder / "cert.pem", append=number > 0)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    maildir = folder / "mail"
    Maildir(maildir, create=True)
    owner = pwd.getpwnam("nobody")
    for path in (maildir, *maildir.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{folder}\n")
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port))
    process = subprocess.Popen(
        ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        eventually(lambda: _answers(port) and _answers(tls_port), seconds=_SECONDS)
        yield ImapHost(port, tls_port, folder / "ca.pem", maildir)
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{folder}/mail
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_failure_delay = 0 secs
default_vsz_limit = 512M
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
