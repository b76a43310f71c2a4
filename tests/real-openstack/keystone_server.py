"""Makes the database and the keys of Keystone, and serves Keystone.

Parameters: the configuration, the port, and the password of the administrator.
"""

import os
import sys
from wsgiref import simple_server

from keystone.cmd import cli
from keystone.server import wsgi


def manage(configuration, *parameters):
    """Runs a command of keystone-manage in a child, which shares the loaded modules."""
    child = os.fork()
    if child == 0:
        cli.main(["keystone-manage", "--config-file", configuration, *parameters])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"keystone-manage {parameters[0]} failed")


def main(configuration, port, password):
    owner = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
    manage(configuration, "db_sync")
    manage(configuration, "fernet_setup", *owner)
    manage(configuration, "credential_setup", *owner)
    manage(configuration, "bootstrap", "--bootstrap-password", password, "--bootstrap-region-id", "RegionOne")
    sys.argv[1:] = []
    simple_server.make_server("127.0.0.1", int(port), wsgi.initialize_public_application()).serve_forever()


main(*sys.argv[1:])
