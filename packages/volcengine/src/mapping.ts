import type { KeyPair, PowerState, VendorError } from '@cloud-keypair/core'
import type { InstanceRecord, ItemVerdict, Page } from '@cloud-keypair/core/driver'
import { keyPairFrom, scrub, sentence } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Answer } from './answer.js'
import { secretsOf } from './credentials/keys.js'
import { classify } from './errors.js'
import { detailSchema, type DetailId, type WireInstance, type WireKeyPair } from './schemas.js'

/** Maps a key pair of a list or of the answer to an import. */
export function keyPairOf(wire: WireKeyPair): KeyPair {
  return keyPairFrom({
    name: wire.KeyPairName,
    id: wire.KeyPairId,
    fingerprint: wire.FingerPrint,
    // Empty by default (volcengine.com/docs/6396/120445).
    description: wire.Description,
    tags: wire.Tags && Object.fromEntries(wire.Tags.map(({ Key, Value }) => [Key, Value])),
    group: wire.ProjectName,
    createdAt: wire.CreatedAt,
    updatedAt: wire.UpdatedAt,
  })
}

// The other states are CREATING, REBUILDING, RESIZING, ERROR and DELETING (DescribeInstances).
function powerOf(status: string | null | undefined): PowerState {
  switch (status) {
    case 'RUNNING':
      return 'running'
    case 'STOPPED':
      return 'stopped'
    case 'STARTING':
      return 'starting'
    case 'STOPPING':
      return 'stopping'
    case 'REBOOTING':
      return 'rebooting'
    default:
      return 'other'
  }
}

/** Maps an instance. The vendor lists empty fields if no key pair is bound. */
export function instanceOf({ InstanceId, Status, KeyPairName, KeyPairId, OsType }: WireInstance): InstanceRecord {
  const bound = { ...(KeyPairName && { name: KeyPairName }), ...(KeyPairId && { id: KeyPairId }) }
  return {
    id: InstanceId,
    power: powerOf(Status),
    ...(Object.keys(bound).length > 0 && { keyPair: bound }),
    // AttachKeyPair refuses it: InvalidKeyPairForWindows.Unsupported.
    ...(OsType === 'Windows' && { unsupported: 'Windows takes no key pairs' }),
  }
}

/** Makes a page; the token of the last one is empty. */
export function pageOf<T>(items: readonly T[], nextToken: string | null | undefined): Page<T> {
  return { items, ...(nextToken && { cursor: nextToken }) }
}

/**
 * Maps the verdicts of an answer, in its order. An entry that cannot be read is left out: its item counts as unanswered.
 */
export function verdictsOf(
  action: string,
  idName: DetailId,
  { value, vendor, as }: Answer<{ readonly OperationDetails: readonly unknown[] }>,
): readonly ItemVerdict[] {
  const schema = detailSchema(idName)
  return value.OperationDetails.flatMap((entry): readonly ItemVerdict[] => {
    const detail = v.safeParse(schema, entry)
    if (!detail.success) return []
    const { id, error } = detail.output
    if (!error) return [{ id, ok: true }]
    // Judged by its code alone: the status is that of the whole call.
    const said: VendorError = {
      ...vendor,
      ...(error.Code && { code: scrub(error.Code, secretsOf(as)) }),
      ...(error.Message && { message: scrub(error.Message, secretsOf(as)) }),
    }
    const { code, transient, outcomeUnknown, hint } = classify(said.code, 200, action)
    const message = sentence(said.message ?? '') || withoutSentence(said.code)
    // An item with an error was refused, whatever the code, unless the code says that the cloud failed at it.
    const unsure = outcomeUnknown && code !== 'unknown'
    const failure = { code, message, transient, vendor: said, ...(unsure && { outcome: 'unknown' as const }) }
    return [{ id, ok: false, failure: { ...failure, ...(hint !== undefined && { hint }) } }]
  })
}

function withoutSentence(code: string | undefined): string {
  return code === undefined ? 'the cloud refused it, and does not say why' : `the cloud refused it with ${code}`
}
