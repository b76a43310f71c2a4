import { actions, callOf } from '../../packages/aws/test/support/vendor-calls.js'
import type { BridgedAnswer, BridgedRequest, BridgedServer } from '../support/bridge.js'
import type { Form, Moto } from './moto.js'
import { readKeyPairs } from './records.js'

/**
 * Makes moto a server for a bridge, which corrects what moto is known to do wrong. moto must not check access: what the
 * bridge changes is signed no more. `instanceIds` has the instances of moto by the ids that the suite gave them.
 */
export function bridgedMoto(moto: Moto, instanceIds: ReadonlyMap<string, string>): BridgedServer {
  return {
    contentType: 'text/xml;charset=UTF-8',
    throttled: refusal(503, 'RequestLimitExceeded'),
    denied: (message) => refusal(403, 'UnauthorizedOperation', message),
    failed: refusal(500, 'InternalError'),
    isStruck: (call, request) => actions[call] === formOf(request)['Action'],
    callOf: (request) => {
      const query = formOf(request)
      const { Action: action = '' } = query
      return callOf({ action, query, mutating: !action.startsWith('Describe') })
    },
    forward: async (request) => {
      const corrected = await correctedFor(moto, formOf(request))
      if (typeof corrected === 'string') return refusal(400, corrected)
      const sent = mapValues(corrected, (value) => instanceIds.get(value) ?? value)
      const { authorization = '', 'x-amz-date': date = '' } = request.headers
      const response = await fetch(moto.url, {
        method: 'POST',
        body: String(new URLSearchParams(sent)),
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          authorization,
          'x-amz-date': String(date),
        },
      })
      let body = await response.text()
      for (const [id, known] of instanceIds) body = body.replaceAll(known, id)
      return { status: response.status, body }
    },
  }
}

function formOf({ body }: BridgedRequest): Form {
  return Object.fromEntries(new URLSearchParams(body))
}

/**
 * Returns the parameters with which moto does what Amazon EC2 does, or the code of the refusal that moto does not make.
 * moto deletes by name alone, whatever id is given, and accepts tags for what does not exist. It reads the filters of key
 * pairs as patterns of files, and those of instances as texts.
 */
async function correctedFor(moto: Moto, form: Form): Promise<Form | string> {
  const { Action: action, KeyPairId: id, 'ResourceId.1': resource } = form
  if (action === 'DeleteKeyPair' && id !== undefined) {
    const { KeyPairId: _id, ...others } = form
    const keyPair = (await readKeyPairs(moto)).find(({ keyPairId }) => keyPairId === id)
    return { ...others, KeyName: keyPair?.keyName ?? 'no key pair has this name' }
  }
  if (resource !== undefined && !(await readKeyPairs(moto)).some(({ keyPairId }) => keyPairId === resource)) {
    return 'InvalidKeyPair.NotFound'
  }
  const read = action === 'DescribeKeyPairs' ? filePattern : plainText
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name, name.startsWith('Filter.') ? read(value) : value]),
  )
}

/** Returns the text that a value of a filter means: a backslash takes the meaning of a sign. */
function plainText(value: string): string {
  return value.replaceAll(/\\(.)/g, '$1')
}

/** Returns the pattern of files that matches what a value of a filter does. */
function filePattern(value: string): string {
  return value.replaceAll(/\\.|\[/g, (sign) => {
    const meant = sign.slice(-1)
    return /[*?[]/.test(meant) ? `[${meant}]` : meant
  })
}

function refusal(status: number, code: string, message = 'Refused.'): BridgedAnswer {
  const error = `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`
  return { status, body: `<Response>${error}<RequestID>bridge</RequestID></Response>` }
}

function mapValues(form: Form, map: (value: string) => string): Form {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, map(value)]))
}
