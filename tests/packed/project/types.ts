import type * as alibaba from '@cloud-keypair/alibaba'
import type * as aws from '@cloud-keypair/aws'
import type * as conformance from '@cloud-keypair/conformance'
import type * as core from '@cloud-keypair/core'
import type * as credentials from '@cloud-keypair/core/credentials'
import type * as driver from '@cloud-keypair/core/driver'
import type * as file from '@cloud-keypair/core/file'
import type * as http from '@cloud-keypair/core/http'
import type * as testing from '@cloud-keypair/core/testing'
import type * as fleet from '@cloud-keypair/fleet'
import type * as memory from '@cloud-keypair/memory'
import type * as openstack from '@cloud-keypair/openstack'
import type * as opentelemetry from '@cloud-keypair/opentelemetry'
import type * as simulator from '@cloud-keypair/simulator'
import type * as tencent from '@cloud-keypair/tencent'
import type * as volcengine from '@cloud-keypair/volcengine'

// Every declaration of the libraries is checked, as `skipLibCheck` is off. The command has no declarations to use.
export type Everything = [
  typeof alibaba,
  typeof aws,
  typeof conformance,
  typeof core,
  typeof credentials,
  typeof driver,
  typeof file,
  typeof fleet,
  typeof http,
  typeof memory,
  typeof openstack,
  typeof opentelemetry,
  typeof simulator,
  typeof tencent,
  typeof testing,
  typeof volcengine,
]

/** As an application uses them. */
export async function attach(keyPairs: core.KeyPairService, instanceIds: readonly string[]): Promise<string[]> {
  const attached = await keyPairs.attach({ name: 'deploy' }, instanceIds, { signal: new AbortController().signal })
  if (attached.isOk()) return attached.value.items.map(({ id }) => id)
  if (attached.error.code !== 'incomplete') throw attached.error
  return attached.error.details.batch.failed.map(({ id, error }) => `${id}: ${error.message}`)
}

/** As a program over many places uses them. */
export async function rotate(
  rotated: fleet.Fleet,
  places: readonly fleet.Place[],
  publicKey: string,
): Promise<string[]> {
  const submitted = await rotated.rotate(places, { from: 'deploy', to: { name: 'next', publicKey } })
  if (submitted.isErr()) throw submitted.error
  const ended: string[] = []
  for await (const event of rotated.watch(submitted.value.id)) {
    if (event.isErr()) throw event.error
    if (event.value.kind === 'ended') ended.push(`${event.value.place.account}: ${event.value.outcome.status}`)
  }
  return ended
}
