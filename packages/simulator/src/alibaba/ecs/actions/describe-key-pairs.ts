import { given, type Parameters } from '../../../parameters.js'
import type { JsonObject } from '../../../json.js'
import { readFlag } from '../../action.js'
import { accept } from '../../answer.js'
import { globMatcher } from '../../glob.js'
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
  perform: ({ store, parameters, variants, readAt, pageItems }) => {
    const withPublicKey = readFlag(parameters, 'IncludePublicKey')
    if (typeof withPublicKey !== 'boolean') return withPublicKey
    const wanted = store.keyPairs.values(readAt).filter(matcherOf(parameters))
    const page = cutNumberedPage(wanted, parameters, { maximum: 50, beyond: variants.pageSizeBeyond, pageItems })
    if ('error' in page) return page
    const elements = page.items.map((keyPair) => ({
      ...element(keyPair),
      ...(withPublicKey ? { PublicKey: keyPair.publicKey } : {}),
    }))
    return accept({ ...page.numbers, KeyPairs: { KeyPair: elements } })
  },
})

function matcherOf(parameters: Parameters): (keyPair: KeyPairRecord) => boolean {
  const isNamed = globMatcher(given(parameters, 'KeyPairName') ?? '*')
  const fingerprint = given(parameters, 'KeyPairFingerPrint')
  const group = given(parameters, 'ResourceGroupId')
  return (keyPair) =>
    isNamed(keyPair.name) &&
    (fingerprint === undefined || keyPair.fingerprint === fingerprint) &&
    (group === undefined || keyPair.resourceGroupId === group) &&
    hasTags(keyPair.tags, parameters)
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
