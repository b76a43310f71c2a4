import {
  defaultAlibabaEcsVariants,
  defaultAlibabaEnsVariants,
  defaultVariants,
  type AlibabaEcsVariants,
  type AlibabaEnsVariants,
  type BatchVariants,
  type VolcengineVariants,
} from '@cloud-keypair/simulator'
import * as fc from 'fast-check'

/** Every value of every variant. */
type Values<Variants> = { readonly [Name in keyof Variants]: fc.Arbitrary<Variants[Name]> }

const powerChangeMs = fc.constantFrom(1000, 7000, 20_000, 45_000)
// Without capacity the probe could not start its instance again: see `defaultStoppedMode`.
const capacityGivenBack = fc.constant('there' as const)

const volcengine: Values<VolcengineVariants> = {
  detachOther: fc.constantFrom('no-op', 'error', 'detaches'),
  secondChange: fc.constantFrom('wins', 'first-lost'),
  tokenFailure: fc.constantFrom('replayed', 'forgotten'),
  tokenLifetime: fc.constantFrom(3_600_000, 24 * 3_600_000),
  createReplay: fc.constantFrom('with-private-key', 'without-private-key'),
  fingerprint: fc.constantFrom('md5', 'md5-of-spki', 'opaque'),
  inUseCode: fc.constantFrom('OperationDenied.KeyPairInUse', 'InvalidKeyPair.Bound', 'Refused'),
  fuzzyName: fc.constantFrom('substring', 'prefix'),
  instanceNameFilter: fc.constantFrom('exact', 'fuzzy'),
  boundAfterAttach: fc.constantFrom('at-once', 'after-seconds'),
  createCodes: fc.constantFrom('suffixed', 'prefixed'),
  detailOrder: fc.constantFrom('as-given', 'shuffled'),
  otherRegion: fc.constantFrom('empty', 'refused'),
  noStockCode: fc.constantFrom('OperationDenied.LackOfStock', 'Refused'),
  emptyTagFilter: fc.constantFrom('that-value', 'nothing'),
  defaultStoppedMode: fc.constantFrom('KeepCharging', 'StopCharging'),
  capacityGivenBack,
  powerChangeMs,
  urlLimit: fc.integer({ min: 2000, max: 40_000 }),
}

const batch: Values<BatchVariants> = {
  values: fc.constantFrom('numbers', 'strings'),
  itemCode: fc.constantFrom('text', 'number', 'number-and-sentence'),
  batchTotal: fc.constantFrom('items', 'more'),
  resultOrder: fc.constantFrom('as-given', 'shuffled'),
}

const ecs: Values<AlibabaEcsVariants> = {
  ...batch,
  fingerprint: fc.constantFrom('md5', 'md5-of-spki', 'sha1-like'),
  privateKeyBody: fc.constantFrom('pkcs1', 'pkcs8', 'bare'),
  attachSame: fc.constantFrom('ok', 'error'),
  detachOther: fc.constantFrom('no-op', 'error', 'detaches'),
  secondChange: fc.constantFrom('wins', 'first-lost'),
  badInstance: fc.constantFrom('item', 'call'),
  wrongStateCode: fc.constantFrom('IncorrectInstanceStatus', 'Refused'),
  unknownKeyPairStatus: fc.constantFrom(400, 404),
  deleteUnknown: fc.constantFrom('ok', 'InvalidKeyPair.NotFound'),
  deleteRefused: fc.constantFrom('all-stay', 'others-go'),
  afterDetachBusySeconds: fc.constantFrom(0, 3, 45, 200),
  pageSizeBeyond: fc.constantFrom('refused', 'capped'),
  defaultStoppedMode: fc.constantFrom('KeepCharging', 'StopCharging'),
  capacityGivenBack,
  powerChangeMs,
}

const ens: Values<AlibabaEnsVariants> = {
  ...batch,
  fingerprint: fc.constantFrom('md5', 'md5-of-spki', 'opaque'),
  privateKeyBody: fc.constantFrom('pem', 'escaped'),
  requestId: fc.constantFrom('plain', 'tab'),
  names: fc.constantFrom('unique', 'repeat'),
  bothGiven: fc.constantFrom('id', 'name', 'refused'),
  wildcard: fc.constantFrom('yes', 'no'),
  pageSizeMaximum: fc.constantFrom(10, 50, 100),
  pageSizeBeyond: fc.constantFrom('refused', 'capped'),
  attachOverBound: fc.constantFrom('replaces', 'refuses-item', 'refuses-call'),
  attachSame: fc.constantFrom('ok', 'error'),
  detachOtherById: fc.constantFrom('item', 'call'),
  culprits: fc.constantFrom('none', 'first', 'all'),
  detachDeleted: fc.constantFrom('error', 'detaches'),
  secondChange: fc.constantFrom('wins', 'first-lost'),
  badInstance: fc.constantFrom('item', 'call'),
  wrongStateCode: fc.constantFrom('IncorrectInstanceStatus', 'InvalidOperation.InvalidEnsStatus'),
  windows: fc.constantFrom('refused', 'accepted'),
  takenNameCode: fc.constantFrom('InvalidParameter.KeyPairName', 'ens.interface.error'),
  unknownKeyPairCode: fc.constantFrom('InvalidParameter.KeyPair', 'ens.interface.error'),
  deleteUnknown: fc.constantFrom('ok', 'error'),
  unboundName: fc.constantFrom('absent', 'empty'),
  noStockCode: fc.constantFrom('CallInterface', 'ens.interface.error'),
  powerChangeMs,
}

/** A cloud of random variants, and which of them one instance can't tell. */
export interface Possible {
  readonly variants: Readonly<Record<string, unknown>>
  readonly undecidable: readonly string[]
}

const noCodes = ({ itemCode, badInstance }: AlibabaEcsVariants | AlibabaEnsVariants): boolean =>
  itemCode === 'number-and-sentence' && badInstance === 'item'

/** The worlds of each cloud. */
export const possible = {
  volcengine: fc.record(volcengine).map((variants): Possible => {
    return {
      variants: { ...defaultVariants, ...variants },
      undecidable: ['emptyTagFilter', 'noStockCode', 'capacityGivenBack', 'tokenLifetime'],
    }
  }),
  'alibaba-ecs': fc.record(ecs).map((variants): Possible => {
    const { badInstance, attachSame, detachOther } = variants
    const undecidable = [
      'capacityGivenBack',
      ...(badInstance === 'call' ? ['resultOrder'] : []),
      ...(noCodes(variants) ? ['wrongStateCode'] : []),
      ...(badInstance === 'call' && attachSame === 'ok' && detachOther !== 'error' ? ['itemCode'] : []),
    ]
    return { variants: { ...defaultAlibabaEcsVariants, ...variants }, undecidable }
  }),
  'alibaba-ens': fc.record(ens).map((variants): Possible => {
    const { attachOverBound, attachSame, badInstance, culprits, detachOtherById, names } = variants
    const itemFails =
      badInstance === 'item' ||
      attachOverBound === 'refuses-item' ||
      (attachSame === 'error' && attachOverBound === 'replaces') ||
      detachOtherById === 'item'
    const undecidable = [
      'noStockCode',
      'windows',
      ...(badInstance === 'call' ? ['resultOrder'] : []),
      ...(noCodes(variants) ? ['wrongStateCode'] : []),
      ...(itemFails ? [] : ['itemCode']),
      ...(names === 'repeat' ? ['takenNameCode'] : []),
      ...(attachOverBound === 'replaces' ? [] : ['detachDeleted']),
      ...(culprits === 'none' ? [] : ['culprits']),
    ]
    return { variants: { ...defaultAlibabaEnsVariants, ...variants }, undecidable }
  }),
} as const
