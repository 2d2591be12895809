"""What several engine servers share 引擎互通: their messages, their order and their leases, in one Redis.

Each piece has a setting of its own in Prefect, and one that is left in memory shows no error: without the order in
Redis, task runs rest for a quarter of an hour in states long past; without the leases a slot is given out twice.
Redis holds nothing that is of record. When it is empty again, at most states of task runs in the engine's pages are
missing.
"""

from __future__ import annotations

from typing import Final

# A cut link is no error to a socket that only listens. The queue of background tasks reads for a minute at a time and
# must not be given such a limit; it notices by the keepalive of its connections.
_SOCKET_SECONDS: Final = 15
_CONNECT_SECONDS: Final = 5


def messages_environment(url: str) -> dict[str, str]:
    """Return what each server and the background services must be told alike; nothing without a Redis.

    The servers then answer questions only; schedules and clean-up are `deployments.engine_services`, once.
    """
    if not url:
        return {}
    return {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": url,
        "PREFECT_REDIS_MESSAGING_SOCKET_TIMEOUT": str(_SOCKET_SECONDS),
        "PREFECT_REDIS_MESSAGING_SOCKET_CONNECT_TIMEOUT": str(_CONNECT_SECONDS),
        "PREFECT_SERVER_DOCKET_URL": url,
        "PREFECT__SERVER_WEBSERVER_ONLY": "1",
    }
