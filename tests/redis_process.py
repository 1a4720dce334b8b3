"""A Redis server of a test's own, which it may kill and start again."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import redis

needs_redis = pytest.mark.skipif(
    not shutil.which("redis-server"), reason="redis-server is not installed (apt: redis-server)"
)


class RedisServer:
    """Started at once, on a free port; it keeps nothing when it ends."""

    def __init__(self, directory: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = directory
        self.start()

    def start(self) -> None:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._directory)]
        self._process = subprocess.Popen(
            ["redis-server", *where, "--save", ""], stdout=subprocess.DEVNULL
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(2000):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        client.close()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
