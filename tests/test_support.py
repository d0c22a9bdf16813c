import signal
import smtplib
import socket
import sys
from email.message import EmailMessage

import pytest

from tests.support.network import NetworkRefusedError
from tests.support.processes import child, first_line

pytestmark = pytest.mark.slow


def _mail(recipient: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sundial@example.com", recipient, "Größe – ✓"
    mail.set_content("Your calls end on 30 June.\n")
    return mail


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_a_connection_beyond_this_machine_is_refused_before_it_is_tried(address):
    with pytest.raises(NetworkRefusedError, match="tests stay on loopback"):
        socket.create_connection((address, 80), timeout=1)


def test_the_sink_keeps_what_was_sent_and_to_whom(smtp_sink):
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.send_message(_mail("ada@example.com"))
    (kept,) = smtp_sink.wait_for(1)
    assert kept.recipients == ("ada@example.com",)
    assert kept.message["Subject"] == "Größe – ✓"
    assert kept.message.get_content().strip() == "Your calls end on 30 June."


def test_the_sink_refuses_a_recipient_until_told_otherwise(smtp_sink):
    smtp_sink.refuse("gone@example.com", "450 4.2.1 Mailbox busy")
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.send_message(_mail("gone@example.com"))
        smtp_sink.accept("gone@example.com")
        client.send_message(_mail("gone@example.com"))
    assert refused.value.recipients["gone@example.com"] == (450, b"4.2.1 Mailbox busy")
    assert len(smtp_sink.mails) == 1


def test_the_sink_as_a_process_writes_each_mail_to_its_folder(tmp_path):
    with child([sys.executable, "-m", "tests.support.smtp", tmp_path / "mails"]) as process:
        with smtplib.SMTP("127.0.0.1", int(first_line(process))) as client:
            client.send_message(_mail("ada@example.com"))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert [path.name for path in (tmp_path / "mails").iterdir()] == ["000001.eml"]


def test_what_the_browser_console_complains_of_is_heard(page, console_errors, tmp_path):
    (tmp_path / "page.html").write_text("<script>throw new Error('it broke')</script>")
    page.goto((tmp_path / "page.html").as_uri())
    assert console_errors == ["it broke"]
    console_errors.clear()


@pytest.mark.postgresql
def test_a_cluster_is_gone_when_its_process_is_killed():
    script = (
        "from tests.support.postgresql import cluster\n"
        "with cluster() as running:\n"
        "    print(running.port, flush=True)\n"
        "    input()\n"
    )
    with child([sys.executable, "-c", script]) as process:
        connection = socket.create_connection(("127.0.0.1", int(first_line(process))))
        process.kill()
    with connection:
        connection.settimeout(20)
        assert connection.recv(1) == b""  # the server that held the other end has gone
