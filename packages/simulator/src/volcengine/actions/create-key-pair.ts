import { accept, isRefusal, refuse, type Answer, type Refusal } from '../answer.js'
import { missing, type Action, type ActionContext } from '../action.js'
import { addKeyPair, isDescription, isKeyPairName, isProjectName, type KeyPairInput } from '../key-pairs.js'
import { given } from '../../parameters.js'
import { malformed } from '../parameters.js'
import { findByName } from '../region.js'
import { isTagRefusal, readTags } from '../tags.js'
import type { VolcengineVariants } from '../variants.js'

/** Key pairs in a region (volcengine.com/docs/6396/120445). */
const quota = 500

const creation = ['KeyPairName', 'Description', 'ProjectName', 'Tags']

/** CreateKeyPair (volcengine.com/docs/6396/120445). */
export const createKeyPair: Action = { mutating: true, parameters: creation, perform: create }

/** ImportKeyPair (volcengine.com/docs/6396/120444). */
export const importKeyPair: Action = { mutating: true, parameters: [...creation, 'PublicKey'], perform: importKey }

function create(context: ActionContext): Answer {
  const { generated } = context
  if (generated === undefined) return refuse(500, 'InternalError', 'An internal error has occurred.')
  const answer = add(context, generated.publicKey)
  return isRefusal(answer) ? answer : accept({ ...answer.result, PrivateKey: generated.privateKey })
}

function importKey(context: ActionContext): Answer {
  const publicKey = given(context.parameters, 'PublicKey')
  return publicKey === undefined ? missing('PublicKey') : add(context, publicKey)
}

function add(context: ActionContext, publicKey: string): Answer {
  const keyPair = readKeyPair(context, publicKey)
  if ('error' in keyPair) return keyPair
  const { region, variants, now } = context
  const codes = createRefusals[variants.createCodes]
  if (findByName(region, keyPair.name, now) !== undefined) return codes.taken
  if (region.keyPairs.values(now).length >= quota) return codes.full
  const record = addKeyPair(region, keyPair, { ...context, at: now, createdAt: now })
  if (record === undefined) return codes.badKey
  return accept({ KeyPairName: record.name, KeyPairId: record.id, FingerPrint: record.fingerprint })
}

function readKeyPair({ parameters, variants }: ActionContext, publicKey: string): KeyPairInput | Refusal {
  const name = given(parameters, 'KeyPairName')
  const description = parameters.text('Description') ?? ''
  const project = given(parameters, 'ProjectName') ?? 'default'
  if (name === undefined) return missing('KeyPairName')
  if (!isKeyPairName(name)) return createRefusals[variants.createCodes].badName
  if (!isDescription(description)) return badDescription
  if (!isProjectName(project)) return malformed('The specified ProjectName is malformed.')
  const tags = readTags(parameters)
  return isTagRefusal(tags) ? tags : { name, publicKey, description, project, tags }
}

/** Documented for ModifyKeyPairAttribute (docs.byteplus.com/en/docs/ecs/ModifyKeyPairAttribute). */
export const badDescription: Refusal = refuse(
  400,
  'InvalidKeyPairDescription.Malformed',
  'The specified Description is malformed.',
)

interface CreateRefusals {
  readonly taken: Refusal
  readonly badName: Refusal
  readonly badKey: Refusal
  readonly full: Refusal
}

const createRefusals: Readonly<Record<VolcengineVariants['createCodes'], CreateRefusals>> = {
  suffixed: {
    taken: refuse(400, 'InvalidKeyPairName.Duplicate', 'The specified KeyPairName already exists.'),
    badName: refuse(400, 'InvalidKeyPairName.Malformed', 'The specified KeyPairName is malformed.'),
    badKey: refuse(400, 'InvalidPublicKey.Malformed', 'The specified PublicKey is malformed.'),
    full: refuse(400, 'QuotaExceeded.KeyPair', 'The quota of key pairs is exceeded.'),
  },
  prefixed: {
    taken: refuse(409, 'KeyPairAlreadyExists', 'The key pair exists.'),
    badName: malformed('The specified KeyPairName is invalid.'),
    badKey: malformed('The specified PublicKey is invalid.'),
    full: refuse(400, 'LimitExceeded.MaximumKeyPairs', "You've reached the limit on the number of key pairs."),
  },
}
