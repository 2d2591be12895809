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
# What lies in the folder of an exercise's sandbox, whose database is never any other.
_EXERCISE_FILE = "exercise.toml"


class Settings(BaseSettings):
    """Everything that differs from one machine to the next; frozen once read."""

    model_config = SettingsConfigDict(env_prefix="ANLAN_", frozen=True, extra="forbid")

    data_folder: Path = Field(Path("data"), description="数据文件夹：数据库、照片、日志、预览通知都在其中")
    database_url: str = Field("", description="台账数据库地址；空为数据文件夹中的 SQLite")
    language: str = Field("zh", pattern="^(zh|en)$", description="命令行与页面的默认语言：zh 或 en")

    console_host: str = Field("127.0.0.1", description="控制台监听地址；对外服务请放在反向代理之后")
    console_port: int = Field(8600, ge=1, le=65535, description="控制台端口")
    public_address: str = Field("", description="通知和文书中的链接前缀；空为控制台地址")
    trusted_proxies: tuple[str, ...] = Field(
        ("127.0.0.1",), description="可以信任其转告来访地址的反向代理：地址或网段，如 10.0.0.0/24"
    )
    secure_cookies: bool = Field(False, description="经 HTTPS 提供服务时设为 true")  # noqa: FBT003 - a default
    session_hours: int = Field(12, ge=1, le=720, description="登录有效小时数")

    engine_port: int = Field(8601, ge=1, le=65535, description="调度引擎（Prefect）端口")
    engine_host: str = Field("127.0.0.1", description="调度引擎监听地址；多机部署（anlan serve engine）时为内网地址")
    engine_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="多机部署时各机器连接调度引擎的地址，如 http://主机:8601，多台引擎时为反向代理；空为本机",
    )
    engine_login: SecretStr = Field(
        SecretStr(""), description="调度引擎的「用户:密码」，多台机器须相同；空为在数据文件夹 run 中自动生成"
    )
    engine_messages: SecretStr = Field(
        SecretStr(""), description="多台调度引擎互通消息的 Redis 地址（redis:// 或 rediss://）；空为只有一台引擎"
    )
    engine_database_url: str = Field("", description="调度引擎数据库；空为数据文件夹中的 SQLite")
    worker_threads: int = Field(4, ge=1, le=32, description="同时运行的流程数")
    answer_link_hours: int = Field(72, ge=1, le=720, description="通知中「回复收到」链接的有效小时数")
    act_link_hours: int = Field(168, ge=1, le=720, description="通知中「直接办理」链接的有效小时数")
    answer_key: SecretStr = Field(
        SecretStr(""), description="回复链接的签名密钥，多台机器须相同；空为在数据文件夹 keys 中自动生成"
    )
    unclaimed_seconds: int = Field(30, ge=1, le=600, description="通知多少秒无人领取时由时钟直接发送")

    oidc_issuer: str = Field("", description="统一身份认证（OIDC）的地址，https；空为不用")
    oidc_client: str = Field("", description="在统一身份认证登记的客户端编号")
    oidc_secret: SecretStr = Field(SecretStr(""), description="客户端密钥；没有的不填")

    channels: tuple[str, ...] = Field(
        ("preview",),
        description="启用的通知渠道：preview、email、webhook、wecom_bot、dingtalk_bot、feishu_bot、wecom_app、sms",
    )
    mail_host: str = Field("", description="邮件中继主机")
    mail_port: int = Field(587, ge=1, le=65535, description="邮件中继端口")
    mail_sender: str = Field("", description="发件人地址")
    mail_user: str = Field("", description="邮件中继账号")
    mail_password: SecretStr = Field(SecretStr(""), description="邮件中继密码")
    mail_encrypted: bool = Field(True, description="与邮件中继之间是否加密")  # noqa: FBT003 - a default
    mail_authorities: str = Field("", description="邮件中继的证书机构文件（PEM）；空为系统自带")
    webhook_hosts: tuple[str, ...] = Field((), description="允许推送的主机名单")

    outside_hosts: tuple[str, ...] = Field(
        ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com"),
        description="聊天平台和短信网关允许连接的主机名单，一律加密并校验证书",
    )
    outside_plain_hosts: tuple[str, ...] = Field((), description="县内网中不支持加密的短信网关或推送主机")
    outside_loopback: bool = Field(False, description="是否允许连接本机地址，仅用于试用")  # noqa: FBT003 - a default
    outside_proxy: str = Field("", pattern=r"^([A-Za-z0-9.-]+:\d{1,5})?$", description="出口代理，主机:端口；空为直连")
    outside_authorities: str = Field("", description="另行信任的证书机构文件（PEM）；空为系统自带")
    outside_timeout_seconds: float = Field(
        10, gt=0, le=12, description="一次对外请求最长秒数；四次须短于一次领取的一分钟"
    )
    messages_a_minute: int = Field(20, ge=2, le=1000, description="每个机器人、应用或短信网关每分钟最多发送条数")
    wecom_address: str = Field("https://qyapi.weixin.qq.com", description="企业微信接口地址；私有部署时修改")
    wecom_bots: dict[str, SecretStr] = Field({}, description="企业微信群机器人：群名 = 密钥（key）")
    wecom_corporation: str = Field("", description="企业微信企业编号（corpid），应用消息用")
    wecom_agent: int = Field(0, ge=0, description="企业微信应用编号（agentid）")
    wecom_secret: SecretStr = Field(SecretStr(""), description="企业微信应用密钥（corpsecret）")
    dingtalk_address: str = Field("https://oapi.dingtalk.com", description="钉钉接口地址")
    dingtalk_bots: dict[str, SecretStr] = Field({}, description="钉钉群机器人：群名 = 令牌，或者「令牌 加签密钥」")
    feishu_address: str = Field(
        "https://open.feishu.cn", description="飞书接口地址；Lark 为 https://open.larksuite.com"
    )
    feishu_bots: dict[str, SecretStr] = Field({}, description="飞书群机器人：群名 = 令牌，或者「令牌 签名密钥」")
    sms_address: str = Field("", description="短信网关地址，主机须在 outside_hosts 名单中")
    sms_signature: str = Field("", description="已报备的短信签名，不含【】")
    sms_templates: dict[str, tuple[str, str]] = Field(
        {}, description="短信模板：通知（如 hazard/overdue、hazard 或 default）= [模板编号, 模板文字]，与报备的一致"
    )
    sms_request: dict[str, Any] = Field(
        {}, description="发给短信网关的 JSON，其中可写 {mobile}、{signature}、{template}、{parameters}、{number} 等"
    )
    sms_headers: dict[str, SecretStr] = Field({}, description="短信网关的请求头，例如密钥")
    sms_code_at: str = Field("code", description="短信网关答复中状态码的位置，如 result.0.code")
    sms_accepted_codes: tuple[str, ...] = Field(("OK", "0"), description="表示已接收的状态码")
    sms_busy_codes: tuple[str, ...] = Field((), description="表示发送过于频繁的状态码，一分钟后重试")
    sms_reference_at: str = Field("", description="短信网关答复中回执编号的位置")
    sms_seen_once_seconds: int = Field(0, ge=0, description="短信网关对同一 {number} 不重复下发的秒数；没有写明的为 0")

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
        return self.database_url or self.own_database

    @property
    def own_database(self) -> str:
        """Return the address of the database below the data folder, whether or not it is the ledger's."""
        return f"sqlite:///{self.data_folder.resolve() / 'anlan.db'}"

    @property
    def address(self) -> str:
        """Return the prefix of links, without a slash at the end."""
        return (self.public_address or f"http://{self.console_host}:{self.console_port}").rstrip("/")

    @property
    def engine_address(self) -> str:
        """Return the address of the engine's interface."""
        return f"{self.engine_url or f'http://127.0.0.1:{self.engine_port}'}/api"

    def revealed(self, name: str) -> dict[str, str]:
        """Return a table of secrets in clear, for whoever is about to use them."""
        secrets: dict[str, SecretStr] = getattr(self, name)
        return {key: secret.get_secret_value() for key, secret in secrets.items()}

    def folder(self, name: str) -> Path:
        """Return a folder below the data folder, both made when they are missing and closed to other users."""
        root = self.data_folder.resolve()
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = root / name
        found.mkdir(parents=True, exist_ok=True, mode=0o700)
        return found


def load(**told: Any) -> Settings:
    """Read the settings once; `told` are those given on the command line, None where nothing was said."""
    try:
        found = Settings(**{key: value for key, value in told.items() if value is not None})
    except ValidationError as error:
        # Names and reasons only: a value may be a password.
        wrong = "；".join(f"{'.'.join(map(str, fault['loc']))}（{fault['msg']}）" for fault in error.errors())
        raise SetupError(f"设置不正确：{wrong}。请修改命令行、ANLAN_… 环境变量或者数据文件夹中的 {_FILE}。") from error
    except TOMLDecodeError as error:
        raise SetupError(f"数据文件夹中的 {_FILE} 不是有效的 TOML（{error}）。请改正后重试。") from error
    if (found.data_folder / _EXERCISE_FILE).exists() and (found.database_url or found.engine_database_url):
        raise SetupError(
            f"数据文件夹 {found.data_folder} 是演练库，却设置了另外的数据库地址，演练可能写入正式台账，已停止。"
            "请清除 ANLAN_DATABASE_URL 和 ANLAN_ENGINE_DATABASE_URL 后重试。"
        )
    return found
