"""moto server with the corrections of ./strict. Usage: python3 server.py -H 127.0.0.1 -p 0"""

import sys
import threading

import moto.server

import strict  # noqa: F401  (importing it patches moto)
import strict.ssm_associations  # noqa: F401

_lock, _application = threading.Lock(), moto.server.DomainDispatcherApplication


class OneAtATime(_application):
    """moto's models are not thread-safe, and Terraform sends many requests at once."""

    def __call__(self, environ, start_response):
        with _lock:
            return super().__call__(environ, start_response)


moto.server.DomainDispatcherApplication = OneAtATime

if __name__ == "__main__":
    moto.server.main(sys.argv[1:])
