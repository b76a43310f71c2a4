import { given } from '../../../parameters.js'
import { accept } from '../../answer.js'
import { globMatcher } from '../../glob.js'
import { cutNumberedPage } from '../../numbered-page.js'
import type { EnsAction } from '../ens-action.js'

/** DescribeKeyPairs (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describekeypairs). */
export const describeKeyPairs: EnsAction = {
  mutating: false,
  parameters: ['KeyPairId', 'KeyPairName', 'PageNumber', 'PageSize'],
  perform: ({ store, parameters, variants, readAt, pageItems }) => {
    const id = given(parameters, 'KeyPairId')
    const name = given(parameters, 'KeyPairName')
    const isNamed = name !== undefined && variants.wildcard === 'yes' ? globMatcher(name) : sameText(name)
    const wanted = store.keyPairs
      .values(readAt)
      .filter((keyPair) => (id === undefined || keyPair.id === id) && isNamed(keyPair.name))
    const limit = { maximum: variants.pageSizeMaximum, beyond: variants.pageSizeBeyond, pageItems }
    const page = cutNumberedPage(wanted, parameters, limit)
    if ('error' in page) return page
    const elements = page.items.map((keyPair) => ({
      CreationTime: new Date(keyPair.createdAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      KeyPairFingerPrint: keyPair.fingerprint,
      KeyPairId: keyPair.id,
      KeyPairName: keyPair.name,
    }))
    return accept({ ...page.numbers, KeyPairs: { KeyPair: elements } })
  },
}

function sameText(wanted: string | undefined): (text: string) => boolean {
  return (text) => wanted === undefined || text === wanted
}
