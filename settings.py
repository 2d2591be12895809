"""Settings 设置: everything that differs from one machine to the next; for machinery only, never for law.

Order of precedence: what the program is told on the command line, `ANLAN_…` variables, `anlan.toml` in the data
folder, the defaults below. Every field is documented in docs/reference/settings.md, which is made from here.
"""

from __future__ import annotations

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rules.errors import SetupError

_FILE = "anlan.toml"


class Settings(BaseSettings):
    """Everything that differs from one machine to the next; frozen once read."""

    model_config = SettingsConfigDict(env_prefix="ANLAN_", frozen=True, extra="forbid")

    data_folder: Path = Field(Path("data"), description="数据文件夹：数据库、照片、日志、预览通知都在其中")
    database_url: str = Field("", description="台账数据库地址；空为数据文件夹中的 SQLite")
    language: str = Field("zh", pattern="^(zh|en)$", description="命令行与页面的默认语言：zh 或 en")

    console_host: str = Field("127.0.0.1", description="控制台监听地址；对外服务请放在反向代理之后")
    console_port: int = Field(8600, ge=1, le=65535, description="控制台端口")
    public_address: str = Field("", description="通知和文书中的链接前缀；空为控制台地址")
    secure_cookies: bool = Field(False, description="经 HTTPS 提供服务时设为 true")  # noqa: FBT003 - a default
    session_hours: int = Field(12, ge=1, le=720, description="登录有效小时数")

    engine_port: int = Field(8601, ge=1, le=65535, description="调度引擎（Prefect）端口，只在本机监听")
    engine_database_url: str = Field("", description="调度引擎数据库；空为数据文件夹中的 SQLite")
    worker_threads: int = Field(4, ge=1, le=32, description="同时运行的流程数")
    unclaimed_seconds: int = Field(30, ge=1, le=600, description="通知多少秒无人领取时由时钟直接发送")

    channels: tuple[str, ...] = Field(("preview",), description="启用的通知渠道：preview、email、webhook")
    mail_host: str = Field("", description="邮件中继主机")
    mail_port: int = Field(587, ge=1, le=65535, description="邮件中继端口")
    mail_sender: str = Field("", description="发件人地址")
    mail_user: str = Field("", description="邮件中继账号")
    mail_password: SecretStr = Field(SecretStr(""), description="邮件中继密码")
    mail_encrypted: bool = Field(True, description="与邮件中继之间是否加密")  # noqa: FBT003 - a default
    webhook_hosts: tuple[str, ...] = Field((), description="允许推送的主机名单")

    password_memory_kib: int = Field(65536, ge=8, description="口令散列（Argon2id）内存，单位 KiB")
    password_rounds: int = Field(3, ge=1, description="口令散列轮数")
    upload_limit_mib: int = Field(20, ge=1, le=200, description="单个上传文件的上限，单位 MiB")
    keep_runs_days: int = Field(90, ge=90, description="调度引擎保留运行历史的天数，不少于 90")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the file of the data folder behind the environment."""
        del dotenv_settings, file_secret_settings
        told = init_settings()
        folder = Path(told.get("data_folder") or env_settings().get("data_folder") or "data")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, folder / _FILE)

    @property
    def database(self) -> str:
        """Return the address of the ledger's database."""
        return self.database_url or f"sqlite:///{self.data_folder.resolve() / 'anlan.db'}"

    @property
    def address(self) -> str:
        """Return the prefix of links, without a slash at the end."""
        return (self.public_address or f"http://{self.console_host}:{self.console_port}").rstrip("/")

    @property
    def engine_address(self) -> str:
        """Return the address of the engine's interface."""
        return f"http://127.0.0.1:{self.engine_port}/api"

    def folder(self, name: str) -> Path:
        """Return a folder below the data folder, made when it is missing and closed to other users."""
        found = self.data_folder.resolve() / name
        found.mkdir(parents=True, exist_ok=True, mode=0o700)
        return found


def load(**told: Any) -> Settings:
    """Read the settings once; `told` are those given on the command line, None where nothing was said."""
    try:
        return Settings(**{key: value for key, value in told.items() if value is not None})
    except ValidationError as error:
        # Names and reasons only: a value may be a password.
        wrong = "；".join(f"{'.'.join(map(str, fault['loc']))}（{fault['msg']}）" for fault in error.errors())
        raise SetupError(f"设置不正确：{wrong}。请修改命令行、ANLAN_… 环境变量或者数据文件夹中的 {_FILE}。") from error
    except TOMLDecodeError as error:
        raise SetupError(f"数据文件夹中的 {_FILE} 不是有效的 TOML（{error}）。请改正后重试。") from error
