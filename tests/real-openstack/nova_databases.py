"""Makes the databases of Nova, and writes records into them: servers, as there is no compute host, and key pairs.

Parameters: the configuration, and the connection of cell0. Prints a line if the databases are made. Then each line
of the input is one change as JSON, and is answered by a line.
"""

import contextlib
import json
import sys

from nova import config
from nova import context
from nova import crypto
from nova import objects
from nova.cmd import manage
from nova.compute import power_state
from nova.compute import vm_states
from nova.db.api import api as api_database
from nova.db.api import models as api_models
from nova.db.main import api as main_database
from nova.db.main import models
from nova.network import model as network_model

STATES = {
    "ACTIVE": (vm_states.ACTIVE, power_state.RUNNING),
    "SHUTOFF": (vm_states.STOPPED, power_state.SHUTDOWN),
}
# A server has a copy of its flavor.
FLAVOR = {
    "id": 1,
    "flavorid": "1",
    "name": "small",
    "memory_mb": 512,
    "vcpus": 1,
    "root_gb": 1,
    "ephemeral_gb": 0,
    "swap": 0,
    "extra_specs": {},
}


def make_databases(cell0):
    cells = manage.CellV2Commands()
    for result in (
        manage.ApiDbCommands().sync(),
        cells.map_cell0(cell0),
        manage.DbCommands().sync(),
        cells.create_cell("cell1"),
    ):
        if result:
            sys.exit(f"a command of nova-manage returned {result}")


@main_database.pick_context_manager_writer
def forget_servers(cell):
    for table in (models.InstanceExtra, models.InstanceInfoCache, models.InstanceSystemMetadata, models.Instance):
        cell.session.query(table).delete()


@api_database.context_manager.writer
def forget_key_pairs(admin):
    for table in (api_models.InstanceMapping, api_models.KeyPair):
        admin.session.query(table).delete()


@api_database.context_manager.writer
def add_key_pairs(admin, key_pairs):
    for key_pair in key_pairs:
        fingerprint = crypto.generate_fingerprint(key_pair["public_key"])
        objects.KeyPair(admin, type="ssh", fingerprint=fingerprint, **key_pair).create()


def add_server(admin, mapping, cell, server):
    owner = {"project_id": server["project_id"], "user_id": server["user_id"]}
    vm_state, power = STATES[server["status"]]
    objects.Instance(
        cell,
        uuid=server["id"],
        display_name=server["id"],
        vm_state=vm_state,
        power_state=power,
        key_name=server["key_name"],
        flavor=objects.Flavor(cell, **FLAVOR),
        info_cache=objects.InstanceInfoCache(cell, network_info=network_model.NetworkInfo()),
        system_metadata={},
        **owner,
    ).create()
    objects.InstanceMapping(admin, instance_uuid=server["id"], cell_mapping=mapping, **owner).create()


def carry_out(admin, mapping, forget, key_pairs, servers):
    with context.target_cell(admin, mapping) as cell:
        if forget:
            forget_servers(cell)
            forget_key_pairs(admin)
        add_key_pairs(admin, key_pairs)
        for server in servers:
            add_server(admin, mapping, cell, server)


def main(configuration, cell0):
    config.parse_args(["nova-databases", "--config-file", configuration])
    objects.register_all()
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        make_databases(cell0)
        admin = context.get_admin_context()
        (mapping,) = [one for one in objects.CellMappingList.get_all(admin) if not one.is_cell0()]
        print("made", file=answers, flush=True)
        for line in sys.stdin:
            carry_out(admin, mapping, **json.loads(line))
            print("done", file=answers, flush=True)


main(*sys.argv[1:])
