import { given } from '../../../parameters.js'
import { accept } from '../../answer.js'
import { matchesGlob } from '../../glob.js'
import { cutNumberedPage } from '../../numbered-page.js'
import type { EnsAction } from '../ens-action.js'

/** DescribeKeyPairs (www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describekeypairs). */
export const describeKeyPairs: EnsAction = {
  mutating: false,
  parameters: ['KeyPairId', 'KeyPairName', 'PageNumber', 'PageSize'],
  perform: ({ store, parameters, variants, readAt }) => {
    const id = given(parameters, 'KeyPairId')
    const name = given(parameters, 'KeyPairName')
    const isNamed = (other: string, asked: string): boolean =>
      variants.wildcard === 'yes' ? matchesGlob(other, asked) : other === asked
    const wanted = store.keyPairs
      .values(readAt)
      .filter((keyPair) => keyPair.id === (id ?? keyPair.id) && (name === undefined || isNamed(keyPair.name, name)))
    const limit = { maximum: variants.pageSizeMaximum, beyond: variants.pageSizeBeyond }
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
