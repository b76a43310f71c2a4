import type { Read } from '../../read-json.js'
import { variantReader } from '../variant-reader.js'
import { defaultAlibabaEcsVariants, type AlibabaEcsVariants } from './variants.js'

/** Reads variants that came as JSON, the rest being the defaults. Throws `TypeError` if one is unknown. */
export const readAlibabaEcsVariants: Read<AlibabaEcsVariants> = (value, path) => {
  const usual = defaultAlibabaEcsVariants
  const { choice, number, batch } = variantReader(value, path, Object.keys(usual))
  const status = number('unknownKeyPairStatus', usual.unknownKeyPairStatus)
  if (status !== 400 && status !== 404) throw new TypeError(`${path}.unknownKeyPairStatus must be 400 or 404`)
  return {
    ...batch(usual),
    fingerprint: choice('fingerprint', ['md5', 'md5-of-spki', 'sha1-like'], usual.fingerprint),
    privateKeyBody: choice('privateKeyBody', ['pkcs1', 'pkcs8', 'bare'], usual.privateKeyBody),
    attachSame: choice('attachSame', ['ok', 'error'], usual.attachSame),
    detachOther: choice('detachOther', ['no-op', 'error', 'detaches'], usual.detachOther),
    secondChange: choice('secondChange', ['wins', 'first-lost'], usual.secondChange),
    badInstance: choice('badInstance', ['item', 'call'], usual.badInstance),
    wrongStateCode: choice('wrongStateCode', ['IncorrectInstanceStatus', 'Refused'], usual.wrongStateCode),
    unknownKeyPairStatus: status,
    deleteUnknown: choice('deleteUnknown', ['ok', 'InvalidKeyPair.NotFound'], usual.deleteUnknown),
    deleteRefused: choice('deleteRefused', ['all-stay', 'others-go'], usual.deleteRefused),
    afterDetachBusySeconds: number('afterDetachBusySeconds', usual.afterDetachBusySeconds),
    pageSizeBeyond: choice('pageSizeBeyond', ['refused', 'capped'], usual.pageSizeBeyond),
    defaultStoppedMode: choice('defaultStoppedMode', ['KeepCharging', 'StopCharging'], usual.defaultStoppedMode),
    capacityGivenBack: choice('capacityGivenBack', ['there', 'gone'], usual.capacityGivenBack),
    powerChangeMs: number('powerChangeMs', usual.powerChangeMs),
  }
}
