"""The Prefect server of one run, or of `gangmu serve`: `python -m flows.server_process [PORT]`.

Binds the port, or a free one, of 127.0.0.1, says which on its first line, and stops when its standard input ends: it cannot outlive
the run that started it, whichever way that ends.
"""

import os
import sys
import threading

import uvicorn


def main() -> None:
    """Serve until the input ends."""
    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]) if len(sys.argv) > 1 else 0,
        log_level="critical",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()

    def watch() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True
        # The run is gone: nobody is left to wait for services that do not stop.
        threading.Timer(3, os._exit, [0]).start()

    threading.Thread(target=watch, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
