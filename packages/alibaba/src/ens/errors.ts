import { createJudge, missingInstance, opaque, type Judge, type Row } from '../errors.js'

/**
 * The codes of ENS 2017-11-10, all of them with HTTP 400, the lack of a permission too. The pages are those of
 * www.alibabacloud.com/help/en/ens/developer-reference: api-ens-2017-11-10-…
 *   D  detachkeypair
 *   K  createkeypair, importkeypair, deletekeypairs
 *   P  stopinstance
 *   N  attachnetworkinterface
 * MissingParameter, NoPermission, InvalidParameter and InvalidParameter.%s are those of every product.
 */
const codes: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    'PublicKeyNotAttachWithInstance', // D: Public Key Not Attach With Instance. (one of them, and the whole call is refused)
    { code: 'conflict', items: true, hint: 'Another key pair, or none, is attached to an instance of the call.' },
  ],
  // No page tells what failed, or if the work had started.
  ['ens.interface.error', opaque], // K
  ['CallInterface', opaque], // K, P
  ['InstanceIdNotFound', missingInstance], // P
  ['InstanceNotFound', missingInstance], // N
])

/** N lists InvalidOperation.InvalidEnsStatus for a wrong state; what the key pair actions say is on no page. */
const wrongState: Row = {
  code: 'instance-state',
  items: true,
  hint: 'Key pairs are attached to and detached from stopped instances.',
}

/** Judges what ENS refuses. */
export const judge: Judge = createJudge({
  codes,
  families: [[/^InvalidOperation\..*Status|Incorrect.*Status|Invalid.*Instance.*Status/, wrongState]],
  sentences: [[/^Public Key Not Attach With Instance/, 'PublicKeyNotAttachWithInstance']],
})
