import type { Parameters } from '../parameters.js'
import { type GeneratedKeyPair, publicKeyBlob } from '../public-key.js'
import type { Random } from '../random.js'
import { type Answer, refuse, type Xml } from './answer.js'
import { generatedFingerprint, importedFingerprint, newId, rfc4716Of, rsaBitsOf, typeOf } from './key-pairs.js'
import { findByName, type InstanceRecord, type KeyPairRecord, type Region } from './region.js'
import type { AwsVariants } from './variants.js'

/** The context of an action. */
export interface ActionContext {
  readonly region: Region
  readonly parameters: Parameters
  readonly variants: AwsVariants
  readonly random: Random
  readonly now: number
  /** The time of the world that lists show: `now`, or a little earlier. */
  readonly readAt: number
  /** The most items of a page, whatever the call asks for. */
  readonly pageItems?: number | undefined
  /** For CreateKeyPair. */
  readonly generated: GeneratedKeyPair | undefined
}

/** An action of EC2. */
export interface Action {
  readonly mutating: boolean
  readonly parameters: readonly string[]
  readonly perform: (context: ActionContext) => Answer
}

/** The actions by name. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['DescribeKeyPairs', { mutating: false, parameters: ['IncludePublicKey', 'Filter'], perform: describeKeyPairs }],
  [
    'ImportKeyPair',
    { mutating: true, parameters: ['KeyName', 'PublicKeyMaterial', 'TagSpecification'], perform: importKeyPair },
  ],
  [
    'CreateKeyPair',
    { mutating: true, parameters: ['KeyName', 'KeyType', 'KeyFormat', 'TagSpecification'], perform: createKeyPair },
  ],
  ['DeleteKeyPair', { mutating: true, parameters: ['KeyName', 'KeyPairId'], perform: deleteKeyPair }],
  [
    'CreateTags',
    { mutating: true, parameters: ['ResourceId', 'Tag'], perform: (context) => changeTags(context, true) },
  ],
  [
    'DeleteTags',
    { mutating: true, parameters: ['ResourceId', 'Tag'], perform: (context) => changeTags(context, false) },
  ],
  [
    'DescribeInstances',
    { mutating: false, parameters: ['Filter', 'MaxResults', 'NextToken'], perform: describeInstances },
  ],
])

const accept = (result: { readonly [name: string]: Xml | undefined }): Answer => ({ status: 200, result })
const invalid = (message: string): Answer => refuse('InvalidParameterValue', message)

/** Returns the expression of a filter: `*` and `?` stand for others, `\` takes the meaning from what follows. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\(.)|([\s\S])/g, (_whole, quoted?: string, plain?: string) => {
    if (plain === '*') return '[\\s\\S]*'
    if (plain === '?') return '[\\s\\S]'
    return (quoted ?? plain ?? '').replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  })
  return new RegExp(`^${source}$`, 'u')
}

/** Returns the rows that match every filter, or the refusal of a filter. */
function filtered<Row>(
  { parameters }: ActionContext,
  rows: readonly Row[],
  fields: Readonly<Record<string, (row: Row) => string>>,
): readonly Row[] | Answer {
  let left = rows
  for (const filter of parameters.structures('Filter')) {
    const field = fields[filter.text('Name') ?? '']
    const values = filter.list('Value')
    if (field === undefined) return invalid(`The filter '${filter.text('Name')}' is invalid`)
    if (values.length > 200) return refuse('FilterLimitExceeded', 'A filter takes at most 200 values.')
    const expressions = values.map(expressionOf)
    left = left.filter((row) => expressions.some((expression) => expression.test(field(row))))
  }
  return left
}

function isAnswer<Row>(rows: readonly Row[] | Answer): rows is Answer {
  return 'status' in rows
}

function describeKeyPairs(context: ActionContext): Answer {
  const { region, parameters, readAt } = context
  const found = filtered<KeyPairRecord>(context, region.keyPairs.values(readAt), {
    'key-pair-id': ({ id }) => id,
    'key-name': ({ name }) => name,
    fingerprint: ({ fingerprint }) => fingerprint,
  })
  if (isAnswer(found)) return found
  const withKey = parameters.text('IncludePublicKey') === 'true'
  return accept({ keySet: found.map((keyPair) => listed(keyPair, withKey, context.variants)) })
}

function listed(keyPair: KeyPairRecord, withKey: boolean, variants: AwsVariants): Xml {
  return {
    ...shown(keyPair),
    keyType: keyPair.type,
    createTime: new Date(keyPair.createdAt).toISOString(),
    publicKey: withKey ? publicKeyText(keyPair, variants) : undefined,
  }
}

function publicKeyText(keyPair: KeyPairRecord, { publicKeyText: form }: AwsVariants): string {
  switch (form) {
    case 'as-uploaded':
      return `${keyPair.publicKey}\n`
    case 'name-as-comment':
      return `${keyPair.publicKey} ${keyPair.name}`
    case 'rfc4716':
      return rfc4716Of(keyPair)
  }
}

function shown({ id, name, fingerprint, tags }: KeyPairRecord): { readonly [name: string]: Xml } {
  const tagSet = Object.entries(tags).map(([key, value]) => ({ key, value }))
  return { keyPairId: id, keyName: name, keyFingerprint: fingerprint, tagSet }
}

function tagsOf(list: readonly Parameters[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((tag) => [tag.text('Key') ?? '', tag.text('Value') ?? '']))
}

/** Returns the refusal of tags. */
function wrongTags(tags: Readonly<Record<string, string>>): Answer | undefined {
  const entries = Object.entries(tags)
  if (entries.length > 50) return refuse('TagLimitExceeded', 'A resource has at most 50 tags.')
  const wrong = entries.some(
    ([key, value]) => key === '' || key.length > 127 || key.startsWith('aws:') || value.length > 256,
  )
  return wrong ? invalid('A tag is invalid.') : undefined
}

/** Reads the name and the tags of a new key pair, or refuses them. */
function newPair({
  region,
  parameters,
  variants,
  now,
}: ActionContext): Answer | { readonly name: string; readonly tags: Readonly<Record<string, string>> } {
  const name = parameters.text('KeyName')
  if (name === undefined || name === '')
    return refuse('MissingParameter', 'The request must contain the parameter KeyName')
  if (name.length > 255 || !/^[\x20-\x7e]+$/.test(name) || name.trim() !== name)
    return invalid('The key pair name is invalid.')
  const specifications = parameters.structures('TagSpecification')
  if (specifications.some((one) => one.text('ResourceType') !== 'key-pair'))
    return invalid('The resource type is invalid.')
  const tags = tagsOf(specifications.flatMap((one) => one.structures('Tag')))
  const wrong = wrongTags(tags)
  if (wrong !== undefined) return wrong
  if (findByName(region, name, now) !== undefined) {
    return refuse('InvalidKeyPair.Duplicate', 'The keypair already exists')
  }
  if (region.keyPairs.values(now).length >= variants.maxKeyPairs) {
    return refuse(variants.limitCode, 'The maximum number of key pairs is reached.')
  }
  return { name, tags }
}

function importKeyPair(context: ActionContext): Answer {
  const { region, parameters, variants, random, now } = context
  const made = newPair(context)
  if ('status' in made) return made
  const [type = '', base64 = ''] = Buffer.from(parameters.text('PublicKeyMaterial') ?? '', 'base64')
    .toString()
    .trim()
    .split(' ')
  const publicKey = `${type} ${base64}`
  const blob = publicKeyBlob(publicKey)
  if (blob === undefined || !['ssh-rsa', 'ssh-ed25519'].includes(type)) {
    return refuse('InvalidKey.Format', 'Key is not in valid OpenSSH public key format')
  }
  if (type === 'ssh-rsa' && variants.rsaBits === 'documented' && ![1024, 2048, 4096].includes(rsaBitsOf(blob))) {
    return refuse('InvalidKey.Format', 'The length of the key is not supported')
  }
  const fingerprint = importedFingerprint(blob, type)
  const record = { id: newId(random), ...made, type: typeOf(publicKey), publicKey, fingerprint, createdAt: now }
  region.keyPairs.set(record.id, record, now)
  return accept(shown(record))
}

function createKeyPair(context: ActionContext): Answer {
  const { region, random, now, generated } = context
  const made = newPair(context)
  if ('status' in made) return made
  if (generated === undefined) return refuse('InternalError', 'No key was generated.', 500)
  const { privateKey, publicKey } = generated
  const fingerprint = generatedFingerprint(generated)
  const record = { id: newId(random), ...made, type: typeOf(publicKey), publicKey, fingerprint, createdAt: now }
  region.keyPairs.set(record.id, record, now)
  return accept({ ...shown(record), keyMaterial: privateKey })
}

function deleteKeyPair({ region, parameters, variants, now }: ActionContext): Answer {
  const id = parameters.text('KeyPairId')
  const name = parameters.text('KeyName')
  if (id === undefined && name === undefined) return refuse('MissingParameter', 'Specify KeyName or KeyPairId')
  const found = id === undefined ? findByName(region, name ?? '', now) : region.keyPairs.get(id)
  if (found === undefined) {
    return variants.deleteMissing === 'succeeds'
      ? accept({ return: 'true' })
      : refuse('InvalidKeyPair.NotFound', 'The key pair does not exist')
  }
  region.keyPairs.delete(found.id, now)
  return accept({ return: 'true', keyPairId: found.id })
}

function changeTags({ region, parameters, now }: ActionContext, adds: boolean): Answer {
  const tags = tagsOf(parameters.structures('Tag'))
  const found = parameters.list('ResourceId').map((id) => region.keyPairs.get(id))
  for (const keyPair of found) {
    if (keyPair === undefined) return refuse('InvalidKeyPair.NotFound', 'The key pair does not exist')
    const left = Object.fromEntries(Object.entries(keyPair.tags).filter(([key]) => !Object.hasOwn(tags, key)))
    const next = adds ? { ...keyPair.tags, ...tags } : left
    const wrong = wrongTags(next)
    if (wrong !== undefined) return wrong
    region.keyPairs.set(keyPair.id, { ...keyPair, tags: next }, now)
  }
  return accept({ return: 'true' })
}

function describeInstances(context: ActionContext): Answer {
  const { region, parameters, readAt, pageItems = Infinity } = context
  const found = filtered<InstanceRecord>(context, region.instances.values(readAt), {
    'key-name': ({ keyName }) => keyName ?? '',
    'instance-id': ({ id }) => id,
    'instance-state-name': ({ state }) => state,
  })
  if (isAnswer(found)) return found
  const after = Buffer.from(parameters.text('NextToken') ?? '', 'base64url').toString()
  const size = Number(parameters.text('MaxResults') ?? 1000)
  const rest = found.filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const page = rest.slice(0, Math.min(size, pageItems))
  const last = page.at(-1)
  const isLast = last === undefined || rest.length === page.length
  // A reservation is a launch, which may be of several instances.
  const launches = Array.from({ length: Math.ceil(page.length / 2) }, (_, index) =>
    page.slice(2 * index, 2 * index + 2),
  )
  return accept({
    reservationSet: launches.map((launch) => ({ instancesSet: launch.map(shownInstance) })),
    nextToken: isLast ? undefined : Buffer.from(last.id).toString('base64url'),
  })
}

function shownInstance({ id, state, keyName }: InstanceRecord): Xml {
  return { instanceId: id, instanceState: { name: state }, keyName }
}
