import { given, type Parameters } from '../../../parameters.js'
import type { JsonObject } from '../../../json.js'
import { readFlag } from '../../action.js'
import { accept } from '../../answer.js'
import { matchesGlob } from '../../glob.js'
import { cutNumberedPage } from '../../numbered-page.js'
import type { KeyPairRecord } from '../../store.js'
import { regional, type EcsAction } from '../ecs-action.js'
import { hasTags } from '../tags.js'

/** DescribeKeyPairs (help.aliyun.com, api-ecs-2014-05-26-describekeypairs): no id, and no users. */
export const describeKeyPairs: EcsAction = regional({
  mutating: false,
  parameters: [
    'KeyPairName',
    'KeyPairFingerPrint',
    'IncludePublicKey',
    'ResourceGroupId',
    'Tag',
    'PageNumber',
    'PageSize',
  ],
  perform: ({ store, parameters, variants, readAt }) => {
    const withPublicKey = readFlag(parameters, 'IncludePublicKey')
    if (typeof withPublicKey !== 'boolean') return withPublicKey
    const wanted = store.keyPairs.values(readAt).filter((keyPair) => matches(keyPair, parameters))
    const page = cutNumberedPage(wanted, parameters, { maximum: 50, beyond: variants.pageSizeBeyond })
    if ('error' in page) return page
    const elements = page.items.map((keyPair) => ({
      ...element(keyPair),
      ...(withPublicKey ? { PublicKey: keyPair.publicKey } : {}),
    }))
    return accept({ ...page.numbers, KeyPairs: { KeyPair: elements } })
  },
})

function matches(keyPair: KeyPairRecord, parameters: Parameters): boolean {
  const name = given(parameters, 'KeyPairName') ?? '*'
  const fingerprint = given(parameters, 'KeyPairFingerPrint') ?? keyPair.fingerprint
  const group = given(parameters, 'ResourceGroupId') ?? keyPair.resourceGroupId
  return (
    matchesGlob(keyPair.name, name) &&
    keyPair.fingerprint === fingerprint &&
    keyPair.resourceGroupId === group &&
    hasTags(keyPair.tags, parameters)
  )
}

function element(keyPair: KeyPairRecord): JsonObject {
  return {
    KeyPairName: keyPair.name,
    KeyPairFingerPrint: keyPair.fingerprint,
    CreationTime: new Date(keyPair.createdAt).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z'),
    ResourceGroupId: keyPair.resourceGroupId,
    Tags: { Tag: Object.entries(keyPair.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) },
  }
}
