import type { Capabilities, InstanceCapabilities, MetadataSupport } from '@cloud-keypair/core'
import { overriding } from '../overriding.js'
import type { Mutant } from './mutant.js'

/** A wrong claim in words, the case that has to notice, and the capabilities that make the claim. */
type Lie = readonly [claim: string, killedBy: string, claimed: Partial<Capabilities>]
type InstanceLie = readonly [claim: string, killedBy: string, claimed: Partial<InstanceCapabilities>]

/** Returns a mutant for every wrong value of each flag, and for each limit that is one off. */
export function liesOf(capabilities: Capabilities): readonly Mutant[] {
  const lies = [...keyPairLies(capabilities), ...limitLies(capabilities), ...instanceLies(capabilities)]
  return lies.map(([claim, killedBy, claimed]) => ({
    name: `the capabilities claim ${claim}`,
    breaks: 9,
    killedBy,
    driver: (driver) => overriding(driver, { capabilities: { ...capabilities, ...claimed } }),
  }))
}

function keyPairLies(capabilities: Capabilities): readonly Lie[] {
  const { identity, name } = capabilities
  const { refusesInUse: refuses } = capabilities.delete
  // No world can show a difference in what a cloud without protection documents of it.
  const claimsOnUse = refuses === true ? ([false, 'undocumented'] as const) : ([true] as const)
  const others = ([['name'], ['id'], ['name', 'id']] as const).filter(
    (other) => !(other.length === identity.length && other.every((by) => identity.includes(by))),
  )
  const fields = [
    ['description', 'KP-CLAIM-04'],
    ['tags', 'KP-CLAIM-05'],
    ['group', 'KP-CLAIM-06'],
  ] as const
  const supports: readonly MetadataSupport[] = ['none', 'at-creation', 'after-creation', 'any-time']
  const flags = [
    ['createInCloud', 'KP-CLAIM-07'],
    ['publicKey', 'KP-CLAIM-08'],
    ['idempotencyToken', 'KP-CLAIM-09'],
  ] as const
  return [
    ...others.map((other): Lie => [`identity: ${other.join(' and ')}`, 'KP-CLAIM-01', { identity: other }]),
    [`name.unique: ${!name.unique}`, 'KP-CLAIM-03', { name: { ...name, unique: !name.unique } }],
    ...fields.flatMap(([field, killedBy]) =>
      supports
        .filter((support) => support !== capabilities[field])
        .map((support): Lie => [`${field}: ${support}`, killedBy, { [field]: support }]),
    ),
    ...flags.map(([flag, killedBy]): Lie => [
      `${flag}: ${!capabilities[flag]}`,
      killedBy,
      { [flag]: !capabilities[flag] },
    ]),
    ...claimsOnUse.map((refusesInUse): Lie => [
      `delete.refusesInUse: ${refusesInUse}`,
      'KP-CLAIM-13',
      { delete: { ...capabilities.delete, refusesInUse } },
    ]),
  ]
}

function limitLies({ name, lookup, pageSize, delete: limit }: Capabilities): readonly Lie[] {
  return [
    ...oneOff('a name.maxLength', name.maxLength, 'KP-CLAIM-02', (maxLength) => ({ name: { ...name, maxLength } })),
    ...oneOff('a lookup.items', lookup.items, 'KP-CLAIM-10', (items) => ({ lookup: { ...lookup, items } })),
    ...(pageSize === Infinity
      ? [['pages of 500', 'KP-CLAIM-11', { pageSize: 500 }] as const]
      : oneOff('a pageSize', pageSize, 'KP-CLAIM-11', (size) => ({ pageSize: size }))),
    ...oneOff('a delete.items', limit.items, 'KP-CLAIM-12', (items) => ({ delete: { ...limit, items } })),
  ]
}

function instanceLies({ instances }: Capabilities): readonly Lie[] {
  if (instances === false) return [['instances', 'KP-CLAIM-20', { instances: invented }]]
  const { power, showsKeyPairId, confirms, perItemVerdicts } = instances
  const restart = instances.restart === 'reboot' ? 'stop-and-start' : 'reboot'
  const limits = [
    ['change', 'KP-CLAIM-21'],
    ['read', 'KP-CLAIM-22'],
    ['powerChange', 'KP-CLAIM-27'],
  ] as const
  const lies: readonly InstanceLie[] = [
    ...(power.includes('running') ? [[`restart: ${restart}`, 'KP-CLAIM-28', { restart }] as const] : []),
    [`showsKeyPairId: ${!showsKeyPairId}`, 'KP-CLAIM-25', { showsKeyPairId: !showsKeyPairId }],
    [`confirms: ${!confirms}`, 'KP-CLAIM-29', { confirms: !confirms }],
    [`perItemVerdicts: ${!perItemVerdicts}`, 'KP-CLAIM-26', { perItemVerdicts: !perItemVerdicts }],
    ...([true, false, 'undocumented'] as const)
      .filter((replaces) => replaces !== instances.replaces)
      .map((replaces): InstanceLie => [`replaces: ${replaces}`, 'KP-CLAIM-24', { replaces }]),
    ...(['running', 'stopped'] as const).map((one): InstanceLie => {
      const others = power.filter((other) => other !== one)
      const able = power.includes(one)
      return [`power: ${able ? 'not ' : ''}${one}`, 'KP-CLAIM-23', { power: able ? others : [...others, one] }]
    }),
  ]
  return [
    ['instances: false', 'KP-CLAIM-20', { instances: false }],
    ...lies.map(([claim, killedBy, claimed]): Lie => [
      `instances.${claim}`,
      killedBy,
      { instances: { ...instances, ...claimed } },
    ]),
    ...limits.flatMap(([limit, killedBy]) =>
      oneOff(`an instances.${limit}.items`, instances[limit].items, killedBy, (items) => ({
        instances: { ...instances, [limit]: { ...instances[limit], items } },
      })),
    ),
  ]
}

const invented: InstanceCapabilities = {
  change: { items: 50 },
  read: { items: 100 },
  powerChange: { items: 50 },
  restart: 'reboot',
  power: ['running', 'stopped'],
  replaces: true,
  showsKeyPairId: false,
  confirms: true,
  perItemVerdicts: true,
}

function oneOff(
  limit: string,
  value: number,
  killedBy: string,
  claiming: (value: number) => Partial<Capabilities>,
): readonly Lie[] {
  const tooHigh: Lie = [`${limit} one too high`, killedBy, claiming(value + 1)]
  return value > 1 ? [tooHigh, [`${limit} one too low`, killedBy, claiming(value - 1)]] : [tooHigh]
}
