"""A small mail server for tests: it takes messages and keeps every byte that was said to it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """Where it listens, and what came: the commands and the message of each visit."""

    address: str = ""
    messages: list[bytes] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)


@contextmanager
def mail_server(refuse: bytes = b"") -> Iterator[Mailbox]:
    """`refuse`: a command that it answers with an error."""
    box = Mailbox()

    class Visit(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            for line in self.rfile:
                box.commands.append(line)
                word = line.split()[0].upper()
                if refuse and word == refuse:
                    self.wfile.write(b"554 no\r\n")
                elif word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    box.messages.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.wfile.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit) as server:
        box.address = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
