"""Settings, from the environment alone. docs/settings.md is written from this class."""

import base64
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "SUNDIAL_"


class Settings(BaseSettings):
    """What an operator can set. Each variable may be given as `NAME_FILE`, a file that holds the value."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path(".data"), description="Folder for the database, keys, clones and mailbox.")
    database_url: str = Field(
        "", description="`postgresql+psycopg://…`, or `sqlite:///path`; empty is a file in the data folder."
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that the web server listens on.")
    web_workers: int = Field(1, ge=1, le=64, description="Web server processes.")
    web_threads: int = Field(8, ge=1, le=256, description="Threads in each of them.")
    base_url: str = Field(
        "", description="Address that links in mails and pages begin with; empty is `http://host:port`."
    )
    secret_key: str = Field(
        "",
        description="Signs cookies, derives webhook secrets and hashes credentials; at least 32 characters. "
        "Empty: one is made once and kept in the data folder. Changing it ends sessions, webhook "
        "secrets and the recognition of credentials.",
    )
    administrator: str = Field("admin@example.com", description="E-mail address of the first administrator.")
    session_hours: int = Field(24 * 14, ge=1, description="Hours after which a browser must sign in again.")
    session_idle_hours: int = Field(24 * 3, ge=1, description="Hours of silence that end a session.")
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only; set it behind TLS.")
    trusted_hosts: str = Field(
        "", description="Host names that requests may ask for, separated by commas; empty accepts any."
    )
    max_body_mb: int = Field(20, ge=1, description="Largest request body in megabytes.")
    max_unpacked_mb: int = Field(200, ge=1, description="Largest usage batch in megabytes after gunzipping.")
    compare_cpu_seconds: int = Field(60, ge=1, description="Processor time that one comparison may take.")
    compare_memory_mb: int = Field(2048, ge=256, description="Memory that one comparison may take.")
    smtp_url: str = Field(
        "",
        description="`smtp://user:password@host:587`, or `smtps://…`; `?tls=required`, `offered` or `never` "
        "says whether STARTTLS must be (with a password it must by default), `timeout=30` how long to wait, "
        "`ca=/path` which authority signed the server's certificate. "
        "Empty: the built-in mailbox keeps the mails.",
    )
    mail_from: str = Field("Sundial <sundial@localhost>", description="From of every mail.")
    mails_an_hour: int = Field(
        20, ge=0, description="Mails that one recipient gets within an hour at most; 0 is any number."
    )
    bounce_maildir: Path | None = Field(
        None, description="Maildir into which the mail server puts what came back; it is read every minute."
    )
    bounce_imap_url: str = Field(
        "",
        description="Mailbox into which mails come back, read every minute: "
        "`imaps://user:password@host:993/INBOX`; `imap://…` goes on with STARTTLS, unless `?tls=never`; "
        "`timeout=30` and `ca=/path` as for SMTP. What was read is marked as seen.",
    )
    mail_events_ses_topic: str = Field(
        "", description="ARN of the SNS topic by which Amazon SES reports to `/webhooks/mail/amazon-ses`."
    )
    mail_events_mailgun_key: str = Field(
        "", description="Webhook signing key of Mailgun, which reports to `/webhooks/mail/mailgun`."
    )
    mail_events_postmark_login: str = Field(
        "", description="`user:password` by which Postmark reports to `/webhooks/mail/postmark`."
    )
    mail_events_sendgrid_key: str = Field(
        "", description="Public key of SendGrid's signed events, which come to `/webhooks/mail/sendgrid`."
    )
    mail_reply_to: str = Field("", description="Reply-To of mails whose API names no owner's address.")
    local_repositories: Path | None = Field(
        None, description="Folder below which git repositories may be read by path; empty refuses paths."
    )
    github_api: str = Field(
        "https://api.github.com", description="Address of GitHub's API, or of an Enterprise Server's."
    )
    github_token: str = Field("", description="Token that may read the contents of the spec repositories.")
    probe_private_addresses: bool = Field(
        False,
        description="Whether live checks may ask addresses that aren't public, for APIs inside a network.",
    )
    probe_timeout_seconds: float = Field(10, gt=0, le=60, description="How long one live check may take.")
    channel_private_addresses: bool = Field(
        False,
        description="Whether messages to webhooks, Slack and Teams may be posted to addresses that aren't "
        "public, and by plain http, for systems inside a network.",
    )
    channel_ca: Path | None = Field(
        None,
        description="File with the authorities (PEM) that such systems' certificates are signed by; empty "
        "trusts those that browsers do.",
    )
    channel_timeout_seconds: float = Field(15, gt=0, le=60, description="How long one such post may take.")
    examples: bool = Field(True, description="Load the example company when the database is empty.")
    remote_references: str = Field(
        "",
        description="Addresses, comma-separated, from which published documents' references may be fetched: "
        "`https://host/folder/`, or that of one file; empty fetches none.",
    )
    usage_retention_days: int = Field(400, ge=31, description="Days that usage is kept.")
    usage_hours_days: int = Field(
        92, ge=7, description="Days after which the hours of usage become days; the rest of the row stays."
    )
    contract_days: int = Field(
        90,
        ge=1,
        description="Days that a consumer's contract counts beside newer ones, unless it is handed in again: "
        "so long an old version of it may be in use.",
    )
    main_branches: str = Field(
        "main, master, trunk, develop",
        description="Branches of consumers, comma-separated, that lead to what is deployed: a contract of "
        "another branch counts only where its version is deployed.",
    )
    history_retention_days: int = Field(
        400,
        ge=31,
        description="Days that settled deliveries, batches, mails' attempts, what teams were told, earlier "
        "impacts, replaced contracts, declared uses and old sessions are kept.",
    )
    audit_retention_days: int = Field(1100, ge=31, description="Days that the audit trail is kept.")
    log_format: str = Field("text", pattern="^(text|json)$", description="`text` or `json`, on stderr.")

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, value: str) -> str:
        if value and len(value) < _SHORTEST_KEY:
            raise ValueError(f"must be at least {_SHORTEST_KEY} characters long")
        return value

    @field_validator("mail_events_sendgrid_key")
    @classmethod
    def _is_a_public_key(cls, value: str) -> str:
        try:
            base64.b64decode(value, validate=True)
        except ValueError as error:
            raise ValueError("must be base64, as SendGrid's settings show it") from error
        return value

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'sundial.db'}"

    @property
    def address(self) -> str:
        """The address that links begin with, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the environment alone counts
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, and `NAME_FILE` where `NAME` is not set."""
        return (init_settings, env_settings, _FromFiles(settings_cls))


class _FromFiles(EnvSettingsSource):
    """Values that stand in files named by `SUNDIAL_…_FILE`, as containers hand secrets in."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path, key, _complex = super().get_field_value(field, f"{field_name}_file")
        value = Path(path).read_text(encoding="utf-8").strip() if path else None
        return value, field_name if value is not None else key, False


_SHORTEST_KEY = 32
