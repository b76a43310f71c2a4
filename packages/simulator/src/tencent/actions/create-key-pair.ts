import { type Answer, accept, missing, type Refusal, refuse } from '../answer.js'
import type { Action, ActionContext } from '../action.js'
import { bareKeyOf, newId } from '../key-pairs.js'
import { findByName, type KeyPairRecord } from '../region.js'

const creation = { KeyName: 'text', ProjectId: 'number', TagSpecification: 'structures' } as const

/** CreateKeyPair. */
export const createKeyPair: Action = { mutating: true, parameters: creation, perform: create }

/** ImportKeyPair, whose answer is an id. */
export const importKeyPair: Action = {
  mutating: true,
  parameters: { ...creation, PublicKey: 'text' },
  perform: importKey,
}

function create(context: ActionContext): Answer {
  const { generated } = context
  if (generated === undefined) return refuse('InternalServerError', 'No key was generated.')
  const made = add(context, generated.publicKey)
  if ('error' in made) return made
  const { id, name, project, description, publicKey, createdAt } = made
  return accept({
    KeyPair: {
      KeyId: id,
      KeyName: name,
      ProjectId: project,
      Description: description,
      PublicKey: publicKey,
      PrivateKey: generated.privateKey,
      AssociatedInstanceIds: [],
      CreatedTime: new Date(createdAt).toISOString(),
      Tags: [],
    },
  })
}

function importKey(context: ActionContext): Answer {
  const line = context.parameters.text('PublicKey')
  if (line === undefined) return missing('PublicKey')
  const publicKey = bareKeyOf(line)
  const isAccepted = publicKey?.startsWith('ssh-rsa ') === true || context.variants.otherKeyTypes === 'accepted'
  if (publicKey === undefined || !isAccepted) {
    return refuse('InvalidPublicKey.Malformed', 'The public key is not in the format of OpenSSH RSA.')
  }
  const made = add(context, publicKey)
  return 'error' in made ? made : accept({ KeyId: made.id })
}

function add(context: ActionContext, publicKey: string): KeyPairRecord | Refusal {
  const { region, parameters, projects, random, now } = context
  const name = parameters.text('KeyName')
  const project = parameters.number('ProjectId')
  if (name === undefined) return missing('KeyName')
  if (project === undefined) return missing('ProjectId')
  const obstacle = nameProblem(name) ?? takenBy(context, name, publicKey)
  if (obstacle !== undefined) return obstacle
  if (!projects.has(project)) return refuse('InvalidProjectId.NotFound', `The project \`${project}\` does not exist.`)
  const tags = readTags(context)
  if ('error' in tags) return tags
  const record = { id: newId(random), name, project, description: '', publicKey, tags: tags.tags, createdAt: now }
  region.keyPairs.set(record.id, record, now)
  return record
}

function nameProblem(name: string): Refusal | undefined {
  if (name === '') return refuse('InvalidKeyPairNameEmpty', 'The name of the key pair is empty.')
  if (name.length > 25) return refuse('InvalidKeyPairNameTooLong', 'The name of the key pair exceeds 25 characters.')
  if (/^[A-Za-z0-9_]+$/.test(name)) return undefined
  return refuse('InvalidKeyPairNameIncludeIllegalChar', 'The name of the key pair has a character that is not allowed.')
}

function takenBy({ region, variants, now }: ActionContext, name: string, publicKey: string): Refusal | undefined {
  const there = region.keyPairs.values(now)
  if (findByName(region, name, now) !== undefined) {
    return refuse('InvalidKeyPairName.Duplicate', `The key pair name \`${name}\` already exists.`)
  }
  if (variants.samePublicKey === 'refused' && there.some((keyPair) => keyPair.publicKey === publicKey)) {
    return refuse('InvalidPublicKey.Duplicate', 'The public key already exists.')
  }
  return there.length < variants.maxKeyPairs
    ? undefined
    : refuse('InvalidKeyPair.LimitExceeded', 'The number of key pairs exceeds the limit.')
}

function readTags({ parameters }: ActionContext): { readonly tags: Readonly<Record<string, string>> } | Refusal {
  const specifications = parameters.structures('TagSpecification')
  if (specifications.some((one) => one.text('ResourceType') !== 'keypair')) {
    return refuse('InvalidParameterValue', 'The ResourceType of a TagSpecification must be `keypair`.')
  }
  const list = specifications.flatMap((one) => one.structures('Tags'))
  return { tags: Object.fromEntries(list.map((tag) => [tag.text('Key') ?? '', tag.text('Value') ?? ''])) }
}
