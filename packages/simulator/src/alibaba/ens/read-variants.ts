import type { Read } from '../../read-json.js'
import { variantReader } from '../variant-reader.js'
import { defaultAlibabaEnsVariants, type AlibabaEnsVariants } from './variants.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readAlibabaEnsVariants: Read<AlibabaEnsVariants> = (value, path) => {
  const usual = defaultAlibabaEnsVariants
  const { choice, number, batch } = variantReader(value, path, Object.keys(usual))
  const pageSizeMaximum = number('pageSizeMaximum', usual.pageSizeMaximum)
  if (pageSizeMaximum !== 10 && pageSizeMaximum !== 50 && pageSizeMaximum !== 100)
    throw new TypeError(`${path}.pageSizeMaximum must be 10, 50 or 100`)
  const { attachOverBound, wrongStateCode } = usual
  const statusCodes = ['IncorrectInstanceStatus', 'InvalidOperation.InvalidEnsStatus'] as const
  return {
    ...batch(usual),
    fingerprint: choice('fingerprint', ['md5', 'md5-of-spki', 'opaque'], usual.fingerprint),
    privateKeyBody: choice('privateKeyBody', ['pem', 'escaped'], usual.privateKeyBody),
    requestId: choice('requestId', ['plain', 'tab'], usual.requestId),
    names: choice('names', ['unique', 'repeat'], usual.names),
    bothGiven: choice('bothGiven', ['id', 'name', 'refused'], usual.bothGiven),
    wildcard: choice('wildcard', ['yes', 'no'], usual.wildcard),
    pageSizeMaximum,
    pageSizeBeyond: choice('pageSizeBeyond', ['refused', 'capped'], usual.pageSizeBeyond),
    attachOverBound: choice('attachOverBound', ['replaces', 'refuses-item', 'refuses-call'], attachOverBound),
    attachSame: choice('attachSame', ['ok', 'error'], usual.attachSame),
    detachOtherById: choice('detachOtherById', ['item', 'call'], usual.detachOtherById),
    culprits: choice('culprits', ['none', 'first', 'all'], usual.culprits),
    detachDeleted: choice('detachDeleted', ['error', 'detaches'], usual.detachDeleted),
    secondChange: choice('secondChange', ['wins', 'first-lost'], usual.secondChange),
    badInstance: choice('badInstance', ['item', 'call'], usual.badInstance),
    wrongStateCode: choice('wrongStateCode', statusCodes, wrongStateCode),
    windows: choice('windows', ['refused', 'accepted'], usual.windows),
    takenNameCode: choice(
      'takenNameCode',
      ['InvalidParameter.KeyPairName', 'ens.interface.error'],
      usual.takenNameCode,
    ),
    unknownKeyPairCode: choice(
      'unknownKeyPairCode',
      ['InvalidParameter.KeyPair', 'ens.interface.error'],
      usual.unknownKeyPairCode,
    ),
    deleteUnknown: choice('deleteUnknown', ['ok', 'error'], usual.deleteUnknown),
    unboundName: choice('unboundName', ['absent', 'empty'], usual.unboundName),
    noStockCode: choice('noStockCode', ['CallInterface', 'ens.interface.error'], usual.noStockCode),
    powerChangeMs: number('powerChangeMs', usual.powerChangeMs),
  }
}
