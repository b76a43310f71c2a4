import type { Capabilities, InstanceCapabilities, MetadataSupport } from '@cloud-keypair/core'
import { overriding } from '../overriding.js'
import type { Mutant } from './mutant.js'

interface Lie {
  readonly flag: string
  readonly killedBy: string
  readonly claimed: Capabilities
}

const supports: readonly MetadataSupport[] = ['none', 'at-creation', 'any-time']

/** Every flag of an adapter, turned to everything that it is not, and every limit one off, one at a time. */
export function liesOf(capabilities: Capabilities): readonly Mutant[] {
  const lies = [
    ...identityLies(capabilities),
    ...keepingLies(capabilities),
    ...limitLies(capabilities),
    ...instanceLies(capabilities),
  ]
  return lies.map(({ flag, killedBy, claimed }) => ({
    name: `the capabilities claim ${flag}`,
    breaks: 9,
    killedBy,
    driver: (driver) => overriding(driver, { capabilities: claimed }),
  }))
}

function identityLies(capabilities: Capabilities): readonly Lie[] {
  const { identity, name } = capabilities
  const both = ['name', 'id'] as const
  const others = [['name'], ['id'], both] as const
  return [
    ...others
      .filter((other) => !(other.length === identity.length && other.every((by) => identity.includes(by))))
      .map((other) => ({
        flag: `identity: ${other.join(' and ')}`,
        killedBy: 'KP-CLAIM-01',
        claimed: { ...capabilities, identity: other },
      })),
    {
      flag: `name.unique: ${!name.unique}`,
      killedBy: 'KP-CLAIM-03',
      claimed: { ...capabilities, name: { ...name, unique: !name.unique } },
    },
  ]
}

function keepingLies(capabilities: Capabilities): readonly Lie[] {
  const metadata = (
    [
      ['description', 'KP-CLAIM-04'],
      ['tags', 'KP-CLAIM-05'],
      ['group', 'KP-CLAIM-06'],
    ] as const
  ).flatMap(([field, killedBy]) =>
    supports
      .filter((support) => support !== capabilities[field])
      .map((support) => ({ flag: `${field}: ${support}`, killedBy, claimed: { ...capabilities, [field]: support } })),
  )
  const flags = (
    [
      ['createInCloud', 'KP-CLAIM-07'],
      ['publicKey', 'KP-CLAIM-08'],
      ['idempotencyToken', 'KP-CLAIM-09'],
    ] as const
  ).map(([flag, killedBy]) => ({
    flag: `${flag}: ${!capabilities[flag]}`,
    killedBy,
    claimed: { ...capabilities, [flag]: !capabilities[flag] },
  }))
  const { refusesInUse } = capabilities.delete
  return [
    ...metadata,
    ...flags,
    {
      flag: `delete.refusesInUse: ${!refusesInUse}`,
      killedBy: 'KP-CLAIM-13',
      claimed: { ...capabilities, delete: { ...capabilities.delete, refusesInUse: !refusesInUse } },
    },
  ]
}

function limitLies(capabilities: Capabilities): readonly Lie[] {
  const { name, lookup, pageSize } = capabilities
  const limit = capabilities.delete
  return [
    ...oneOff(name.maxLength).map(({ by, value }) => ({
      flag: `a name.maxLength ${by}`,
      killedBy: 'KP-CLAIM-02',
      claimed: { ...capabilities, name: { ...name, maxLength: value } },
    })),
    ...oneOff(lookup.items).map(({ by, value }) => ({
      flag: `a lookup.items ${by}`,
      killedBy: 'KP-CLAIM-10',
      claimed: { ...capabilities, lookup: { ...lookup, items: value } },
    })),
    ...oneOff(pageSize).map(({ by, value }) => ({
      flag: `a pageSize ${by}`,
      killedBy: 'KP-CLAIM-11',
      claimed: { ...capabilities, pageSize: value },
    })),
    ...oneOff(limit.items).map(({ by, value }) => ({
      flag: `a delete.items ${by}`,
      killedBy: 'KP-CLAIM-12',
      claimed: { ...capabilities, delete: { ...limit, items: value } },
    })),
  ]
}

function instanceLies(capabilities: Capabilities): readonly Lie[] {
  const { instances } = capabilities
  if (instances === false) return [claimsInstances(capabilities)]
  const claiming = (changed: Partial<InstanceCapabilities>): Capabilities => ({
    ...capabilities,
    instances: { ...instances, ...changed },
  })
  const flags = (
    [
      ['showsKeyPairId', 'KP-CLAIM-25'],
      ['perItemVerdicts', 'KP-CLAIM-26'],
    ] as const
  ).map(([flag, killedBy]) => ({
    flag: `instances.${flag}: ${!instances[flag]}`,
    killedBy,
    claimed: claiming({ [flag]: !instances[flag] }),
  }))
  const replacing = ([true, false, 'undocumented'] as const)
    .filter((replaces) => replaces !== instances.replaces)
    .map((replaces) => ({
      flag: `instances.replaces: ${replaces}`,
      killedBy: 'KP-CLAIM-24',
      claimed: claiming({ replaces }),
    }))
  const powers = (['running', 'stopped'] as const).map((power) => {
    const able = instances.power.includes(power)
    const others = instances.power.filter((one) => one !== power)
    return {
      flag: `instances.power: ${able ? 'not ' : ''}${power}`,
      killedBy: 'KP-CLAIM-23',
      claimed: claiming({ power: able ? others : [...others, power] }),
    }
  })
  const limits = (
    [
      ['change', 'KP-CLAIM-21'],
      ['read', 'KP-CLAIM-22'],
      ['powerChange', 'KP-CLAIM-27'],
    ] as const
  ).flatMap(([limit, killedBy]) =>
    oneOff(instances[limit].items).map(({ by, value }) => ({
      flag: `an instances.${limit}.items ${by}`,
      killedBy,
      claimed: claiming({ [limit]: { ...instances[limit], items: value } }),
    })),
  )
  const restart = instances.restart === 'reboot' ? 'stop-and-start' : 'reboot'
  const restarts = instances.power.includes('running')
    ? [{ flag: `instances.restart: ${restart}`, killedBy: 'KP-CLAIM-28', claimed: claiming({ restart }) }]
    : []
  return [
    ...restarts,
    { flag: 'instances: false', killedBy: 'KP-CLAIM-20', claimed: { ...capabilities, instances: false } },
    ...flags,
    ...replacing,
    ...powers,
    ...limits,
  ]
}

function claimsInstances(capabilities: Capabilities): Lie {
  const instances: InstanceCapabilities = {
    change: { items: 50 },
    read: { items: 100 },
    powerChange: { items: 50 },
    restart: 'reboot',
    power: ['running', 'stopped'],
    replaces: true,
    showsKeyPairId: false,
    perItemVerdicts: true,
  }
  return { flag: 'instances', killedBy: 'KP-CLAIM-20', claimed: { ...capabilities, instances } }
}

function oneOff(limit: number): readonly { readonly by: string; readonly value: number }[] {
  const more = { by: 'one too high', value: limit + 1 }
  return limit > 1 ? [more, { by: 'one too low', value: limit - 1 }] : [more]
}
