import { fingerprintOf } from '../../public-key.js'
import { startProduct, type AlibabaSimulator, type AlibabaSimulatorOptions } from '../start.js'
import { actions } from './actions/index.js'
import { defaultAlibabaEcsVariants, type AlibabaEcsVariants } from './variants.js'

/** The options of a simulator of ECS. */
export interface AlibabaEcsSimulatorOptions extends AlibabaSimulatorOptions<AlibabaEcsVariants> {
  /** Default `cn-hangzhou`. */
  readonly region?: string | undefined
}

/** A running simulator of the key-pair API of Alibaba Cloud ECS. */
export interface AlibabaEcsSimulator extends AlibabaSimulator<AlibabaEcsVariants> {
  /** The only region of the simulator. */
  readonly region: string
}

/**
 * Starts a simulator of the key-pair API of Alibaba Cloud ECS (version 2014-05-26) on 127.0.0.1.
 * Rejects if the port is taken.
 */
export async function startAlibabaEcsSimulator(options: AlibabaEcsSimulatorOptions = {}): Promise<AlibabaEcsSimulator> {
  const { region = 'cn-hangzhou' } = options
  const variants = { ...defaultAlibabaEcsVariants, ...options.variants }
  const product = {
    name: 'Ecs',
    version: '2014-05-26',
    hostId: `ecs.${region}.aliyuncs.com`,
    region,
    actions,
    everyAction: ['OwnerId', 'OwnerAccount', 'ResourceOwnerId', 'ResourceOwnerAccount'],
    variants,
    fingerprint: (blob: Buffer, opaque: string) => withColons(fingerprintOf(blob, variants.fingerprint, opaque)),
    namesRepeat: false,
    requestIdEnd: '',
  }
  return Object.assign(await startProduct(product, options), { region })
}

function withColons(hex: string): string {
  return hex.replace(/..(?!$)/g, '$&:')
}
