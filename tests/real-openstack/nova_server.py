"""Makes the databases of Nova, and serves the API of Nova and, at /records, the records of the databases.

There is no compute host, so that servers are records alone. A POST to /records has a change of servers and key pairs as
JSON, and is answered by all of them that are there after it. Parameters: the port, and the connection of cell0.
"""

import json
import os
import sys
from wsgiref import simple_server

from nova import context
from nova import crypto
from nova import objects
from nova.api.openstack import wsgi_app
from nova.cmd import manage
from nova.compute import power_state
from nova.compute import vm_states
from nova.db.api import api as api_database
from nova.db.api import models as api_models
from nova.db.main import api as main_database
from nova.db.main import models
from nova.network import model as network_model

POWERS = {vm_states.ACTIVE: power_state.RUNNING, vm_states.STOPPED: power_state.SHUTDOWN}
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
# The tables with a row for each server, and the column that has its id.
TABLES = {
    models.Instance.__table__: "uuid",
    models.InstanceExtra.__table__: "instance_uuid",
    models.InstanceInfoCache.__table__: "instance_uuid",
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
def make_server(cell):
    """Returns the rows of a server that Nova makes, by table. Others are copies, as Nova takes 4 ms for each."""
    objects.Instance(
        cell,
        flavor=objects.Flavor(cell, **FLAVOR),
        info_cache=objects.InstanceInfoCache(cell, network_info=network_model.NetworkInfo()),
        system_metadata={},
    ).create()
    rows = {table: dict(cell.session.execute(table.select()).mappings().one()) for table in TABLES}
    for row in rows.values():
        # A copy gets its own. Nova lists servers by the time of their creation.
        del row["id"], row["created_at"]
    return rows


@main_database.pick_context_manager_writer
def change_servers(cell, made, forget, servers):
    for table, id_column in TABLES.items():
        if forget:
            cell.session.execute(table.delete())
        rows = [{**made[table], id_column: server["uuid"]} for server in servers]
        if table.name == "instances":
            for row, server in zip(rows, servers):
                row.update(server, display_name=server["uuid"], power_state=POWERS[server["vm_state"]])
        if rows:
            cell.session.execute(table.insert(), rows)


@main_database.pick_context_manager_reader
def read_servers(cell):
    columns = models.Instance.__table__.c
    return [dict(row) for row in cell.session.query(columns.uuid, columns.vm_state, columns.key_name)]


@api_database.context_manager.writer
def change_key_pairs(admin, forget, key_pairs):
    if forget:
        admin.session.query(api_models.KeyPair).delete()
    for key_pair in key_pairs:
        fingerprint = crypto.generate_fingerprint(key_pair["public_key"])
        objects.KeyPair(admin, type="ssh", fingerprint=fingerprint, **key_pair).create()


@api_database.context_manager.writer
def change_mappings(admin, cell_id, forget, servers):
    if forget:
        admin.session.query(api_models.InstanceMapping).delete()
    rows = []
    for server in servers:
        owner = {name: server[name] for name in ("project_id", "user_id")}
        rows.append({"instance_uuid": server["uuid"], "cell_id": cell_id, "queued_for_delete": False, **owner})
    admin.session.bulk_insert_mappings(api_models.InstanceMapping, rows)


@api_database.context_manager.reader
def read_key_pairs(admin):
    columns = api_models.KeyPair.__table__.c
    return [dict(row) for row in admin.session.query(columns.name, columns.public_key)]


class Records:
    """The key pairs, and the servers of the cell that is not cell0."""

    def __init__(self):
        self.admin = context.get_admin_context()
        (self.mapping,) = [one for one in objects.CellMappingList.get_all(self.admin) if not one.is_cell0()]
        with context.target_cell(self.admin, self.mapping) as cell:
            self.made = make_server(cell)

    def change(self, forget, key_pairs, servers):
        """Adds records, and removes all earlier ones first if they are to be forgotten. Returns all records."""
        with context.target_cell(self.admin, self.mapping) as cell:
            change_servers(cell, self.made, forget, servers)
            change_mappings(self.admin, self.mapping.id, forget, servers)
            change_key_pairs(self.admin, forget, key_pairs)
            return {"servers": read_servers(cell), "key_pairs": read_key_pairs(self.admin)}


def main(port, cell0):
    # Nova reads its parameters, too. The folder of its configuration is in the environment.
    sys.argv[1:] = []
    wsgi_app.init_global_data([os.path.join(os.environ["OS_NOVA_CONFIG_DIR"], "nova.conf")], "osapi_compute")
    make_databases(cell0)
    api = wsgi_app.init_application("osapi_compute")
    records = Records()

    def answer(environ, start_response):
        if environ["PATH_INFO"] != "/records":
            return api(environ, start_response)
        change = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(records.change(**change)).encode()]

    simple_server.make_server("127.0.0.1", int(port), answer).serve_forever()


main(*sys.argv[1:])
