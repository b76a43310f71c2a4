import { fingerprintOf } from '../../public-key.js'
import { startProduct, type AlibabaSimulator, type AlibabaSimulatorOptions } from '../start.js'
import { actions } from './actions/index.js'
import { defaultAlibabaEnsVariants, type AlibabaEnsVariants } from './variants.js'

/** The options of a simulator of ENS. */
export type AlibabaEnsSimulatorOptions = AlibabaSimulatorOptions<AlibabaEnsVariants>

/** A running simulator of the key-pair API of Alibaba Cloud ENS. */
export type AlibabaEnsSimulator = AlibabaSimulator<AlibabaEnsVariants>

/**
 * Starts a simulator of the key-pair API of Alibaba Cloud ENS (Edge Node Service, version 2017-11-10) on 127.0.0.1.
 * Rejects if the port is taken.
 */
export function startAlibabaEnsSimulator(options: AlibabaEnsSimulatorOptions = {}): Promise<AlibabaEnsSimulator> {
  const variants = { ...defaultAlibabaEnsVariants, ...options.variants }
  const product = {
    name: 'Ens',
    version: '2017-11-10',
    hostId: 'ens.aliyuncs.com',
    region: '',
    actions,
    everyAction: [],
    variants,
    fingerprint: (blob: Buffer, opaque: string) => fingerprintOf(blob, variants.fingerprint, opaque),
    namesRepeat: variants.names === 'repeat',
    requestIdEnd: variants.requestId === 'tab' ? '\t' : '',
  }
  return startProduct(product, options)
}
