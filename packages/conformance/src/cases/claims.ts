import assert from 'node:assert/strict'
import {
  collect,
  type MetadataSupport,
  type PublicKeyType,
  publicKeyOf,
  type Secret,
  sha256Fingerprint,
} from '@cloud-keypair/core'
import {
  type CreateKeyPairRequest,
  type ImportKeyPairRequest,
  type KeyPairHandle,
  md5Forms,
  normalizeMd5,
} from '@cloud-keypair/core/driver'
import { type Case, decides, drivesInstances, proves, type CaseContext } from '../case-context.js'
import {
  contextOf,
  errOf,
  fitting,
  firstKey,
  given,
  givenInstances,
  named,
  okOf,
  remove,
  secondKey,
  pageOf,
} from '../expect.js'
import { must } from '../must.js'
import { namesOfEveryKind, undocumentedCharacters } from '../names.js'

const bare = { description: undefined, tags: {}, group: undefined } as const

/**
 * Each capability, held against the cloud itself by way of the driver, which may ask what the service would not. In the
 * usual world claim and cloud have to agree in both directions, so that neither a claim too many nor one too few passes.
 * In the other worlds a claim still has to be true.
 */
export const claimCases: readonly Case[] = [
  decides('KP-CLAIM-01', 9, 'resolves a key pair exactly by the references in `identity`', async (context) => {
    const { capabilities, driver, facts } = context
    const { identity } = capabilities
    const keyPair = await given(context, { name: 'deploy' })
    must(identity.length > 0, 'a cloud resolves key pairs by something')
    assert.equal(keyPair.id !== undefined, identity.includes('id'), 'a cloud must show ids exactly if it resolves them')
    for (const by of identity) {
      const handle = by === 'name' ? ({ by, name: 'deploy' } as const) : ({ by, id: keyPair.id ?? '' } as const)
      const request = { kind: 'exact', keyPairs: [handle], cursor: undefined } as const
      const page = okOf(await driver.doDescribeKeyPairs(request, contextOf(context, 'exact')))
      assert.deepEqual(
        page.items.map(({ name }) => name),
        ['deploy'],
      )
    }
    if (drivesInstances(driver) && capabilities.instances !== false) {
      const [id = ''] = await givenInstances(context, 1)
      const byName = { keyPair: { by: 'name', name: 'deploy' }, instanceIds: [id] } as const
      await driver.doAttachKeyPair(byName, contextOf(context, 'by-name'))
      await context.world.settle()
      const resolved = (await boundTo(context, id)) === 'deploy'
      assert.equal(resolved, identity.includes('name'), '`identity` is not what the cloud takes')
    } else if (!identity.includes('name')) must(facts.namesRepeat, 'unique names must resolve')
    return identity.length === 2 ? 'passed' : 'verified-unsupported'
  }),

  proves(
    'KP-CLAIM-02',
    9,
    'a name may be as long as `name.maxLength`, and no longer',
    async (context) => {
      const { capabilities, service, driver, world } = context
      const { publicKey } = firstKey(context)
      const longest = 'k'.repeat(capabilities.name.maxLength)
      okOf(await service.import({ name: longest, publicKey: publicKey.line }))
      assert.equal(named(await world.snapshot(), longest).length, 1)
      const longer = `${longest}k`
      // Another key, as some clouds take each public key once.
      const other = { ...bare, name: longer, publicKey: secondKey(context).publicKey.line }
      await driver.doImportKeyPair(other, contextOf(context, 'longer'))
      assert.equal(
        named(await world.snapshot(), longer).length,
        0,
        'the cloud takes a longer name than `name.maxLength`',
      )
    },
    ['limits'],
  ),

  proves('KP-CLAIM-03', 9, 'a second key pair of a name is refused exactly if names are `unique`', async (context) => {
    const { capabilities, driver, facts, usual, world } = context
    for (const [index, { publicKey }] of [firstKey(context), secondKey(context)].entries()) {
      const request = { ...bare, name: 'twin', publicKey: publicKey.line }
      await driver.doImportKeyPair(request, contextOf(context, `twin-${index}`))
    }
    const twins = named(await world.snapshot(), 'twin').length
    assert.equal(twins, facts.namesRepeat ? 2 : 1, 'the harness must know whether names repeat')
    if (capabilities.name.unique) assert.equal(twins, 1, '`name.unique` is claimed, and the cloud took a second one')
    if (usual)
      assert.equal(capabilities.name.unique, twins === 1, '`name.unique` is denied, and the cloud refuses a second one')
  }),

  ...(['description', 'tags', 'group'] as const).map((field, index) =>
    decides(`KP-CLAIM-0${4 + index}`, 9, `keeps the ${field} of a key pair just when \`${field}\` says`, (context) =>
      metadataIsAsClaimed(context, field),
    ),
  ),

  decides('KP-CLAIM-07', 9, 'generates key pairs exactly if `createInCloud` says so', async (context) => {
    const { capabilities, driver, world } = context
    const request: CreateKeyPairRequest = { ...bare, name: 'madeThere' }
    const answer = await driver.doCreateKeyPair(request, contextOf(context, 'create'))
    const there = named(await world.snapshot(), 'madeThere').length
    assert.equal(there, capabilities.createInCloud ? 1 : 0, '`createInCloud` is not what the cloud does')
    assert.equal(answer.isOk(), capabilities.createInCloud)
    return capabilities.createInCloud ? 'passed' : 'verified-unsupported'
  }),

  decides('KP-CLAIM-08', 9, 'tells public keys exactly if `publicKey` says so', async (context) => {
    const { publicKey } = firstKey(context)
    const keyPair = await given(context, { name: 'deploy', publicKey: publicKey.line })
    assert.equal(keyPair.publicKey, context.capabilities.publicKey ? publicKey.line : undefined)
    return context.capabilities.publicKey ? 'passed' : 'verified-unsupported'
  }),

  decides(
    'KP-CLAIM-09',
    9,
    'gives tokens to the cloud exactly if `idempotencyToken` says so, and the cloud honours them',
    async (context) => {
      const { capabilities, driver, world } = context
      const { publicKey } = firstKey(context)
      const request: ImportKeyPairRequest = { ...bare, name: 'deploy', publicKey: publicKey.line }
      const callContext = { ...contextOf(context, ''), token: 'the-same-token' }
      const first = await driver.doImportKeyPair(request, callContext)
      const second = await driver.doImportKeyPair(request, callContext)
      const told = (await world.calls()).map(({ token }) => token)
      okOf(first)
      if (!capabilities.idempotencyToken) {
        assert.deepEqual(told, [undefined, undefined], '`idempotencyToken` is denied, and the cloud was given one')
        return 'verified-unsupported'
      }
      assert.deepEqual(told, ['the-same-token', 'the-same-token'])
      must(second.isOk(), '`idempotencyToken` is claimed, and the cloud did not know the call again')
      assert.equal(named(await world.snapshot(), 'deploy').length, 1)
      return 'passed'
    },
  ),

  proves(
    'KP-CLAIM-10',
    9,
    'reads as many key pairs at once as `lookup` says, and no more',
    async (context) => {
      const { capabilities, driver, service, usual, world } = context
      const { lookup } = capabilities
      const { publicKey } = firstKey(context)
      const names = Array.from({ length: lookup.items + 1 }, (_, index) => `k${index}`)
      await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
      const found = async (keyPairs: readonly KeyPairHandle[]): Promise<number> => {
        const request = { kind: 'exact', keyPairs, cursor: undefined } as const
        const page = await driver.doDescribeKeyPairs(request, contextOf(context, 'lookup'))
        return page.match(
          // A page that says that there is more has as many as it can hold, but for an empty one.
          ({ items, cursor }) => (cursor === undefined || items.length === 0 ? items.length : Infinity),
          () => 0,
        )
      }
      const most = fitting(context, 'lookup', lookup, names.slice(0, lookup.items)).length
      const byName = names.map((name) => ({ by: 'name', name }) as const)
      const listed = okOf(await collect(service.list(), { max: names.length }))
      const byId = listed.flatMap(({ id }) => (id === undefined ? [] : [{ by: 'id', id } as const]))
      // A driver may need several requests for names, on a cloud that takes ids alone.
      const asRequested = capabilities.identity.includes('name') ? byName : byId
      for (const references of [byName, asRequested])
        must(
          (await found(references.slice(0, most))) >= Math.min(most, capabilities.pageSize),
          'a read of as many as `lookup` says must find them',
        )
      if (usual && most === lookup.items)
        must((await found(asRequested)) < names.length, 'the cloud reads more at once than `lookup` says')
    },
    ['limits'],
  ),

  proves('KP-CLAIM-11', 9, 'a page holds as many key pairs as `pageSize` says, and no more', async (context) => {
    const { capabilities, driver, usual, world } = context
    const { pageSize } = capabilities
    const { publicKey } = firstKey(context)
    const names = Array.from({ length: pageOf(capabilities) + 2 }, (_, index) => `k${index}`)
    await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
    const held = async (size: number): Promise<number> => {
      const request = {
        kind: 'list',
        cursor: undefined,
        pageSize: size,
        namePrefix: '',
        md5Fingerprint: undefined,
        tags: {},
        group: undefined,
      } as const
      const page = await driver.doDescribeKeyPairs(request, contextOf(context, 'page'))
      return page.match(
        ({ items }) => items.length,
        () => 0,
      )
    }
    assert.equal(await held(pageSize), Math.min(pageSize, names.length))
    if (usual) must((await held(pageSize + 1)) <= pageSize, 'a page can hold more than `pageSize` says')
  }),

  proves(
    'KP-CLAIM-12',
    9,
    'deletes as many key pairs at once as `delete.items` says, each with its verdict',
    async (context) => {
      const { capabilities, driver, service, usual, world } = context
      const limit = capabilities.delete
      const { publicKey } = firstKey(context)
      const names = Array.from({ length: limit.items + 1 }, (_, index) => `k${index}`)
      await world.seedKeyPairs(names.map((name) => ({ name, publicKey: publicKey.line })))
      const keyPairs = okOf(await collect(service.list(), { max: names.length }))
      const labelOf = ({ id, name }: { readonly id?: string; readonly name: string }): string => id ?? name
      const most = fitting(context, 'delete', limit, keyPairs.slice(0, limit.items), ({ name }) => name)
      await world.forgetCalls()
      if (usual && limit.items > 1 && most.length === limit.items) {
        const tooMany = await driver.doDeleteKeyPairs(keyPairs, contextOf(context, 'too-many'))
        must(tooMany.isErr(), 'the cloud deletes more at once than `delete.items` says')
        assert.equal((await world.snapshot()).keyPairs.length, names.length)
        await world.forgetCalls()
      }
      const verdicts = okOf(await driver.doDeleteKeyPairs(most, contextOf(context, 'delete')))
      assert.deepEqual(verdicts.map(({ id }) => id).toSorted(), most.map(labelOf).toSorted())
      must(verdicts.every(({ ok }) => ok))
      assert.equal((await world.calls()).length, 1, 'as many as `delete.items` says are one call')
      assert.equal((await world.snapshot()).keyPairs.length, names.length - most.length)
    },
  ),

  proves(
    'KP-CLAIM-13',
    9,
    'refuses to delete a key pair in use exactly if `delete.refusesInUse` says so',
    async (context) => {
      const { capabilities, driver, usual, world } = context
      const { refusesInUse } = capabilities.delete
      const keyPair = await given(context, { name: 'deploy' })
      await givenInstances(context, 1, { keyPair: 'deploy' })
      await driver.doDeleteKeyPairs([keyPair], contextOf(context, 'delete'))
      const left = named(await world.snapshot(), 'deploy').length
      // An undocumented cloud may do either; in the usual world it does not protect the key pair.
      if (refusesInUse === 'undocumented' && !usual) return
      assert.equal(left, refusesInUse === true ? 1 : 0, '`delete.refusesInUse` is not what the cloud does')
    },
  ),

  decides(
    'KP-CLAIM-14',
    9,
    'says of a key pair in use that it is not deleted just where `confirms` says',
    async (context) => {
      const { capabilities, driver, usual } = context
      if (capabilities.delete.refusesInUse !== true) return 'verified-unsupported'
      const keyPair = await given(context, { name: 'deploy' })
      await givenInstances(context, 1, { keyPair: 'deploy' })
      const answer = await driver.doDeleteKeyPairs([keyPair], contextOf(context, 'delete'))
      const says = answer.isErr() || answer.value.some(({ ok }) => !ok)
      must(says || !capabilities.delete.confirms, '`delete.confirms` is claimed, and the cloud does not say so')
      if (usual) assert.equal(says, capabilities.delete.confirms, '`delete.confirms` is denied, and the cloud says so')
      return capabilities.delete.confirms ? 'passed' : 'verified-unsupported'
    },
  ),

  proves(
    'KP-CLAIM-15',
    9,
    'takes names of just the characters that `name.allows` lists',
    async (context) => {
      const { capabilities, driver, usual, world } = context
      const publicKey = firstKey(context).publicKey.line
      for (const [index, name] of namesOfEveryKind(capabilities.name).entries()) {
        await driver.doImportKeyPair({ ...bare, name, publicKey }, contextOf(context, `documented-${index}`))
        assert.equal(named(await world.snapshot(), name).length, 1, '`name.allows` lists what the cloud refuses')
        await remove(context, name)
      }
      for (const [index, character] of undocumentedCharacters(capabilities.name).entries()) {
        const name = `k${character}k`
        await driver.doImportKeyPair({ ...bare, name, publicKey }, contextOf(context, `other-${index}`))
        const taken = named(await world.snapshot(), name).length
        if (usual) assert.equal(taken, 0, `\`name.allows\` lacks ${character}, and the cloud takes it`)
      }
    },
    ['limits'],
  ),

  proves('KP-CLAIM-16', 9, 'takes a public key a second time just where `keys.unique` is false', async (context) => {
    const { capabilities, driver, usual, world } = context
    const publicKey = firstKey(context).publicKey.line
    for (const name of ['first', 'second'])
      await driver.doImportKeyPair({ ...bare, name, publicKey }, contextOf(context, name))
    const refused = named(await world.snapshot(), 'second').length === 0
    if (capabilities.keys.unique && usual) must(refused, '`keys.unique` is claimed, and the cloud takes a key twice')
    if (!capabilities.keys.unique) must(!refused, '`keys.unique` is denied, and the cloud refuses a key that it has')
  }),

  decides('KP-CLAIM-17', 9, 'gives fingerprints in the forms that `fingerprints` lists', async (context) => {
    const { fingerprints } = context.capabilities
    const { publicKey } = firstKey(context)
    const { fingerprint } = await given(context, { name: 'deploy', publicKey: publicKey.line })
    if (fingerprints === 'undocumented') return 'verified-unsupported'
    const [md5, md5OfSpki] = md5Forms(publicKey)
    const forms = { md5, 'md5-of-spki': md5OfSpki, sha256: sha256Fingerprint(publicKey), 'sha1-of-private-key': '' }
    const isListed = (given: string): boolean =>
      fingerprints.some((form) => forms[form] === (normalizeMd5(given) ?? given))
    if (fingerprints.length === 0) assert.equal(fingerprint, undefined, 'the cloud gives a fingerprint')
    else if (context.usual) must(fingerprint !== undefined && isListed(fingerprint), 'the fingerprint has another form')
    return fingerprints.length === 0 ? 'verified-unsupported' : 'passed'
  }),

  decides('KP-CLAIM-18', 9, 'generates no RSA key of a size that `keys.rsaBits` does not list', async (context) => {
    const { rsaBits } = context.capabilities.keys
    const sizes = ([2048, 3072, 4096] as const).filter((size) => rsaBits !== 'undocumented' && !rsaBits.includes(size))
    for (const bits of sizes) {
      let saved = 0
      const save = async (): Promise<void> => void (saved += 1)
      errOf(await context.service.create({ name: 'deploy', bits, save }), 'unsupported')
      assert.equal(saved, 0, 'a key that the cloud does not document must not be saved')
    }
    assert.deepEqual(await context.world.calls(), [])
    return sizes.length === 0 ? 'passed' : 'verified-unsupported'
  }),

  decides('KP-CLAIM-19', 9, 'generates keys of the types that `keys.types` lists, and no others', async (context) => {
    const { service, world } = context
    const { types } = context.capabilities.keys
    const isListed = (type: PublicKeyType): boolean => types === 'undocumented' || types.includes(type)
    for (const [keyType, type] of otherTypes) {
      const name = `${keyType}1`
      const saved: Secret[] = []
      const save = async (privateKey: Secret): Promise<void> => void saved.push(privateKey)
      const created = await service.create({ name, keyType, save })
      if (!isListed(type)) {
        errOf(created, 'unsupported')
        assert.deepEqual(saved, [], 'a key that the cloud does not document must not be saved')
        assert.deepEqual(await world.calls(), [])
        continue
      }
      const [privateKey] = saved
      must(privateKey !== undefined, 'the private key must be saved')
      const line = publicKeyOf(privateKey)
        .map((key) => key.line)
        .unwrapOr('')
      assert.equal(line.split(' ')[0], type)
      // Without a document, the cloud may take the key or refuse it.
      if (types === 'undocumented' && created.isErr()) errOf(created, 'invalid-argument')
      else assert.equal(okOf(created).publicKey, line)
      await world.forgetCalls()
    }
    return otherTypes.every(([, type]) => isListed(type)) ? 'passed' : 'verified-unsupported'
  }),
]

const otherTypes = [
  ['ecdsa', 'ecdsa-sha2-nistp256'],
  ['ed25519', 'ssh-ed25519'],
] as const

async function boundTo({ world }: CaseContext, instanceId: string): Promise<string | null | undefined> {
  return (await world.snapshot()).instances.find(({ id }) => id === instanceId)?.bound
}

const some = { description: 'made by a test', tags: { team: 'a' } } as const

async function metadataIsAsClaimed(
  context: CaseContext,
  field: 'description' | 'tags' | 'group',
): Promise<'passed' | 'verified-unsupported'> {
  const { capabilities, driver, facts, service, world } = context
  const { publicKey } = firstKey(context)
  const values = { ...some, group: facts.group }
  const request = { ...bare, name: 'deploy', publicKey: publicKey.line, [field]: values[field] }
  const kept = async (): Promise<boolean> => {
    const [there] = named(await world.snapshot(), 'deploy')
    return there !== undefined && JSON.stringify(there[field]) === JSON.stringify(values[field])
  }
  const claim: MetadataSupport = capabilities[field]
  await driver.doImportKeyPair(request, contextOf(context, 'with'))
  const atCreation = claim === 'at-creation' || claim === 'any-time'
  assert.equal(await kept(), atCreation, `at creation, \`${field}\` is not what the cloud does`)

  await world.seedKeyPairs([{ name: 'later', publicKey: publicKey.line }])
  const later = okOf(await collect(service.list({ namePattern: 'later' }), { max: 10 }))
  const [keyPair] = later
  must(keyPair !== undefined)
  await driver.doUpdateKeyPair({ keyPair, change: changeOf(field, values) }, contextOf(context, 'change'))
  await world.settle()
  const [there] = named(await world.snapshot(), 'later')
  const changed = JSON.stringify(there?.[field]) === JSON.stringify(values[field])
  const anyTime = claim === 'any-time' || claim === 'after-creation'
  assert.equal(changed, anyTime, `of a change later, \`${field}\` is not what the cloud does`)
  return claim === 'none' ? 'verified-unsupported' : 'passed'
}

type Change = Parameters<CaseContext['driver']['doUpdateKeyPair']>[0]['change']

function changeOf(
  field: 'description' | 'tags' | 'group',
  {
    description,
    tags,
    group,
  }: { readonly description: string; readonly tags: Readonly<Record<string, string>>; readonly group: string },
): Change {
  switch (field) {
    case 'description':
      return { kind: 'description', description }
    case 'tags':
      return { kind: 'set-tags', tags }
    case 'group':
      return { kind: 'group', group }
  }
}
