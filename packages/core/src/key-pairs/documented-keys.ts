import type { Capabilities } from '../contract/capabilities.js'
import type { CallFailure } from '../contract/key-pair-driver.js'
import { quote, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { mustBe } from '../errors/type-checks.js'
import { type GenerateKeyPairOptions, newKeyProblem, newKeyTypes, type RsaBits } from '../key-material/generate.js'
import type { PublicKey } from '../key-material/public-key.js'
import { compareMaterial } from '../lookup/compare-key.js'
import { readAllKeyPairs } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

const sizes: readonly RsaBits[] = [3072, 4096, 2048]

const openSshTypes = { rsa: 'ssh-rsa', ecdsa: 'ecdsa-sha2-nistp256', ed25519: 'ssh-ed25519' } as const

/**
 * Returns the key to generate. RSA, unless another type was asked for; of the size that was asked for, or else the first
 * documented one of 3072, 4096 and 2048. A type or size that the cloud does not document is `unsupported`: its key would
 * be saved in vain.
 */
export function keyToGenerate(
  { keys: { types, rsaBits } }: Capabilities,
  { keyType = 'rsa', bits }: GenerateKeyPairOptions,
): Result<GenerateKeyPairOptions, CallFailure> {
  const problem = newKeyProblem({ keyType, bits })
  mustBe(problem === undefined, problem ?? '')
  if (types !== 'undocumented' && !types.includes(openSshTypes[keyType])) {
    const others = newKeyTypes.filter((type) => types.includes(openSshTypes[type]))
    const hint = `Use ${others.map((type) => `keyType ${type}`).join(' or ') || 'import, with a key of your own'}.`
    return err(refusal('unsupported', `this cloud documents no keys of type ${openSshTypes[keyType]}`, hint))
  }
  return keyType === 'rsa' ? bitsToGenerate(rsaBits, bits) : ok({ keyType })
}

function bitsToGenerate(
  rsaBits: Capabilities['keys']['rsaBits'],
  bits: RsaBits | undefined,
): Result<GenerateKeyPairOptions, CallFailure> {
  const allowed = rsaBits === 'undocumented' ? sizes : sizes.filter((size) => rsaBits.includes(size))
  const [size] = bits === undefined ? allowed : allowed.filter((one) => one === bits)
  if (size !== undefined) return ok({ bits: size })
  const what = `this cloud documents no RSA key of ${bits ?? sizes.join(', ')} bits`
  return err(refusal('unsupported', what, `Use ${allowed.join(' or ') || 'import, with a key of your own'}.`))
}

/**
 * Explains the refusal of an import: names what the cloud documents if the key is something else, and the key pair that
 * has the key already if a cloud takes each key once.
 */
export async function explainImportRefusal(
  operation: Operation,
  name: string,
  key: PublicKey,
  failure: CallFailure,
): Promise<CallFailure> {
  const { driver } = operation
  const { keys } = driver.capabilities
  if (failure.code === 'invalid-argument' && failure.hint === undefined) {
    const hint = undocumented(key, keys)
    return hint === undefined ? failure : { ...failure, hint }
  }
  if (failure.code !== 'already-exists' || !keys.unique) return failure
  const listed = await readAllKeyPairs(operation)
  const holder = listed
    .unwrapOr([])
    .find((keyPair) => keyPair.name !== name && compareMaterial(keyPair, key) === 'same')
  if (holder === undefined) return failure
  const shown = `${quote(holder.name)}${holder.id === undefined ? '' : ` (${holder.id})`}`
  return {
    ...failure,
    message: `the cloud takes a public key once, and the key pair ${shown} has it`,
    hint: `Use the key pair ${shown}, or another key.`,
  }
}

/** Returns what the cloud documents, if the key is something else. */
function undocumented({ type, bits }: PublicKey, { types, rsaBits }: Capabilities['keys']): string | undefined {
  if (types === 'undocumented' && type !== 'ssh-rsa') {
    return `No document says that this cloud takes keys of type ${type}. Use an RSA key.`
  }
  if (types !== 'undocumented' && !types.includes(type)) return `This cloud documents keys of type ${types.join(', ')}.`
  if (type !== 'ssh-rsa' || rsaBits === 'undocumented' || rsaBits.includes(bits)) return undefined
  return `This cloud documents RSA keys of ${rsaBits.join(', ')} bits.`
}
