"""Clients that post: kept-alive connections over plain sockets, so that the load costs the machine little."""

import socket
import threading
import time
from collections.abc import Sequence

HEAD = b"POST /envelopes HTTP/1.1\r\nHost: drop\r\nContent-Type: text/plain\r\nContent-Length: 20488\r\n\r\n"


def post_all(port: int, bodies: Sequence[bytes], clients: int) -> tuple[float, list[float]]:
    """Posts every body once, from `clients` connections at a time: seconds in all, and seconds of each post.

    Raises RuntimeError when an answer is not 201.
    """
    todo = iter(bodies)
    lock, start = threading.Lock(), threading.Barrier(clients + 1)
    times: list[list[float]] = [[] for _ in range(clients)]
    failures: list[bytes] = []

    def client(mine: list[float]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start.wait()
            while not failures:
                with lock:
                    body = next(todo, None)
                if body is None:
                    return
                began = time.perf_counter()
                link.sendall(HEAD + body)
                answer = _read(link)
                mine.append(time.perf_counter() - began)
                if not answer.startswith(b"HTTP/1.1 201 "):
                    failures.append(answer)

    threads = [threading.Thread(target=client, args=(mine,)) for mine in times]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"not stored: {failures[0]!r}")
    return time.perf_counter() - began, sorted(second for mine in times for second in mine)


def _read(link: socket.socket) -> bytes:
    """An answer: its head and the 64 bytes after it."""
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0 or len(answer) < end + 4 + 64:
        received = link.recv(4096)
        if not received:
            break
        answer += received
    return answer
