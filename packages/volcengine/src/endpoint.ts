import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { type HttpEndpoint, readEndpoint, readRegion } from '@cloud-keypair/core/http'
import type { Profile } from './credentials/choose-profile.js'
import { textOf } from './credentials/config-file.js'
import type { Surroundings } from './credentials/surroundings.js'
import { profileInUse } from './credentials.js'
import type { VolcengineOptions } from './options.js'

/** The address of requests, and the region that is signed. */
export interface Endpoint extends HttpEndpoint {
  readonly region: string
}

const defaultHost = 'open.volcengineapi.com'

// Regions that have hosts of their own: endpoint.ts and docs/2-Endpoint.md of github.com/volcengine/volcengine-nodejs-sdk.
const bootstrapRegions: readonly string[] = [
  'cn-beijing-autodriving',
  'cn-shanghai-autodriving',
  'cn-beijing-selfdrive',
  'ap-southeast-2',
  'ap-southeast-3',
]

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Makes what resolves region and endpoint: from the options, the environment, and the profile that gives the
 * credentials. Nothing is read before it is called. Errors: `invalid-argument`, or why the profile cannot be used.
 */
export function createEndpoint(
  options: VolcengineOptions,
  surroundings: Surroundings,
): () => Result<Endpoint, CallFailure> {
  let kept: Result<Endpoint, CallFailure> | undefined
  return () => {
    // A failure is not kept: the next call may find a profile.
    if (kept === undefined || kept.isErr()) {
      const profile = profileInUse(options, surroundings)
      kept = profile.andThen((chosen) => resolveEndpoint(options, surroundings.environment, chosen))
    }
    return kept
  }
}

/** Resolves the endpoint. A profile that an option names comes before the environment, as for credentials. */
function resolveEndpoint(
  options: VolcengineOptions,
  environment: Environment,
  profile: Profile | undefined,
): Result<Endpoint, CallFailure> {
  const settings = [fromEnvironment(environment), ...(profile === undefined ? [] : [fromProfile(profile)])]
  const ordered = options.profile === undefined ? settings : settings.toReversed()
  const named = options.region ?? ordered.find((setting) => setting.region !== undefined)?.region
  const setting = options.endpoint === undefined ? ordered.find(({ endpoint }) => endpoint !== undefined) : undefined
  const hint = 'Give the option region, or set VOLCENGINE_REGION, to one such as cn-beijing.'
  return readRegion(named, 'cn-beijing', hint).andThen((region) => {
    const own = bootstrapRegions.includes(region) ? `ecs.${region}.volcengineapi.com` : defaultHost
    const what = setting === undefined ? 'the endpoint' : `the endpoint of ${setting.name}`
    const given = options.endpoint ?? setting?.endpoint ?? own
    return readEndpoint(given, defaultHost, what).map((endpoint) => ({ ...endpoint, region }))
  })
}

interface EndpointSetting {
  readonly name: string
  readonly region: string | undefined
  readonly endpoint: string | undefined
}

function fromEnvironment(environment: Environment): EndpointSetting {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined
  return {
    name: 'VOLCENGINE_ENDPOINT',
    // VOLCENGINE_REGION is read by the vendor's command line and Terraform provider, VOLCSTACK_REGION by its SDK for Go.
    region: text('VOLCENGINE_REGION') ?? text('VOLCSTACK_REGION'),
    endpoint: fixedEndpoint(text('VOLCENGINE_ENDPOINT'), text('VOLCENGINE_ENDPOINT_RESOLVER')),
  }
}

function fromProfile({ label, fields }: Profile): EndpointSetting {
  return {
    name: label,
    region: textOf(fields, 'region'),
    endpoint: fixedEndpoint(textOf(fields, 'endpoint'), textOf(fields, 'endpoint-resolver')),
  }
}

/**
 * Returns the endpoint that is to be used whatever the region (classifyEndpoint of cmd/sdk_client.go of
 * github.com/volcengine/volcengine-cli).
 */
function fixedEndpoint(endpoint: string | undefined, resolver: string | undefined): string | undefined {
  const isByRegion = resolver?.toLowerCase() === 'standard' || endpoint?.toLowerCase() === 'auto-addressing'
  return isByRegion ? undefined : endpoint
}
