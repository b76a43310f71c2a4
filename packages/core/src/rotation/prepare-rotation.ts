import type { Capabilities, InstanceCapabilities } from '../contract/capabilities.js'
import type { KeyPairHandle, Metadata } from '../contract/key-pair-driver.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import type { RotateOptions, Rotation } from '../contract/rotation.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import type { PreparedOperation, OperationBody } from '../engine/start-operation.js'
import { mustBe, mustBeDuration, mustBeText } from '../errors/type-checks.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import { keyToGenerate } from '../key-pairs/documented-keys.js'
import { checkNew } from '../key-pairs/metadata.js'
import { readSave } from '../key-pairs/stored-private-key.js'
import { displayName, resolveReference } from '../lookup/reference.js'
import { readResume } from '../restart/checkpoint-fit.js'
import { mustBeChangeOptions } from '../restart/prepare-change.js'
import { err, ok, Result } from '../result.js'
import type { KeySource } from './new-key-pair.js'
import { rotate } from './rotate.js'

interface RotationInput {
  readonly instances: InstanceCapabilities
  readonly handle: KeyPairHandle
  readonly metadata: Metadata
  readonly source: KeySource
}

/** Checks the input of a rotation. Throws a `TypeError` for a programmer's mistake. */
function checkRotation(
  capabilities: Capabilities,
  replaced: KeyPairReference,
  options: RotateOptions,
): Result<RotationInput, Failure> {
  const metadata = checkNew(options, capabilities)
  mustBeChangeOptions(options)
  mustBeDuration(options.waveDeadlineMs, 'waveDeadlineMs')
  const source = sourceOf(capabilities, options)
  const { instances } = capabilities
  if (instances === false) return err(refusal('unsupported', 'this cloud binds no key pairs to instances that exist'))
  return resolveReference(replaced, capabilities).andThen((handle) =>
    metadata.andThen((given) =>
      source.andThen((from): Result<RotationInput, Failure> => {
        if (options.name === replaced.name)
          return err(
            refusal('invalid-argument', 'the new key pair has the name of the replaced one', 'Choose another name.'),
          )
        return ok({ instances, handle, metadata: given, source: from })
      }),
    ),
  )
}

function sourceOf(
  capabilities: Capabilities,
  { save, keyType, bits, publicKey }: RotateOptions,
): Result<KeySource, Failure> {
  mustBe((save === undefined) !== (publicKey === undefined), 'a rotation takes either save or publicKey')
  if (publicKey !== undefined) {
    mustBeText(publicKey, 'publicKey')
    return parsePublicKey(publicKey)
      .map((key): KeySource => ({ kind: 'given', key }))
      .mapErr(({ message, hint }) => refusal('invalid-argument', message, hint))
  }
  const source = readSave(save)
  return keyToGenerate(capabilities, { keyType, bits }).map((newKey) => ({ kind: 'generated', save: source, newKey }))
}

export function prepareRotate(
  capabilities: Capabilities,
  replaced: KeyPairReference,
  options: RotateOptions,
): PreparedOperation<Rotation> {
  const checked = Result.combine([checkRotation(capabilities, replaced, options), readResume(options.resume)])
  return {
    operation: 'rotate',
    about: `${displayName(replaced)} to ${quote(options.name)}`,
    deadlineMs: Infinity,
    input: checked.map(([{ instances, handle, metadata, source }, resume]): OperationBody<Rotation> => {
      const given = { ...options, resume }
      return (operation) => rotate({ ...operation, instances }, handle, metadata, source, given)
    }),
  }
}
