import { type Loader, loadOnce } from '@cloud-keypair/core/http'
import type { Parameter } from './request.js'

// The parts of the vendor's packages that are used, each loaded when it is first needed. The types describe only these
// parts: the vendor's own types require more, and do not compile everywhere.

/** A request as it is signed. */
export interface SignedParts {
  readonly method: string
  readonly pathname: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

/** The code that flattens parameters and signs. */
export interface VendorUtil {
  new (): unknown
  query(parameters: Readonly<Record<string, unknown>>): Record<string, string>
  hash(payload: Buffer, algorithm: string): Buffer
  getAuthorization(
    request: SignedParts,
    algorithm: string,
    payloadHash: string,
    accessKeyId: string,
    accessKeySecret: string,
  ): string
}

/**
 * A request model of ECS. It gives the fields of an action their names on the wire, and leaves out the fields that it
 * does not know.
 */
export type RequestModel = new (fields: Readonly<Record<string, Parameter>>) => {
  toMap(): Readonly<Record<string, Parameter>>
}

/** The actions of ECS that are used. */
export type EcsAction =
  | 'AttachKeyPair'
  | 'CreateKeyPair'
  | 'DeleteKeyPairs'
  | 'DescribeInstances'
  | 'DescribeKeyPairs'
  | 'DetachKeyPair'
  | 'ImportKeyPair'
  | 'JoinResourceGroup'
  | 'RebootInstances'
  | 'StartInstances'
  | 'StopInstances'
  | 'TagResources'
  | 'UntagResources'

/**
 * Loads the request model of an action. Each has a file of its own: the one that has all of them takes seven times as long
 * to load.
 */
export const loadRequestModel: Readonly<Record<EcsAction, Loader<RequestModel>>> = {
  AttachKeyPair: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/AttachKeyPairRequest.js')).AttachKeyPairRequest,
  ),
  CreateKeyPair: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/CreateKeyPairRequest.js')).CreateKeyPairRequest,
  ),
  DeleteKeyPairs: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/DeleteKeyPairsRequest.js')).DeleteKeyPairsRequest,
  ),
  DescribeInstances: modelOnce(
    async () =>
      (await import('@alicloud/ecs20140526/dist/models/DescribeInstancesRequest.js')).DescribeInstancesRequest,
  ),
  DescribeKeyPairs: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/DescribeKeyPairsRequest.js')).DescribeKeyPairsRequest,
  ),
  DetachKeyPair: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/DetachKeyPairRequest.js')).DetachKeyPairRequest,
  ),
  ImportKeyPair: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/ImportKeyPairRequest.js')).ImportKeyPairRequest,
  ),
  JoinResourceGroup: modelOnce(
    async () =>
      (await import('@alicloud/ecs20140526/dist/models/JoinResourceGroupRequest.js')).JoinResourceGroupRequest,
  ),
  RebootInstances: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/RebootInstancesRequest.js')).RebootInstancesRequest,
  ),
  StartInstances: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/StartInstancesRequest.js')).StartInstancesRequest,
  ),
  StopInstances: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/StopInstancesRequest.js')).StopInstancesRequest,
  ),
  TagResources: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/TagResourcesRequest.js')).TagResourcesRequest,
  ),
  UntagResources: modelOnce(
    async () => (await import('@alicloud/ecs20140526/dist/models/UntagResourcesRequest.js')).UntagResourcesRequest,
  ),
}

/** Loads the code that flattens parameters and signs. */
export const loadUtil: Loader<VendorUtil> = loadOnce('@alicloud/openapi-util', async () =>
  defaultExport((await import('@alicloud/openapi-util')).default),
)

/**
 * Loads what splits the command of a profile into its words, for the system that it runs on. Throws for a quote without
 * an end.
 */
export const loadSplitCommand: Loader<(command: string) => readonly string[]> = loadOnce(
  '@alicloud/credentials',
  async () => (await import('@alicloud/credentials/dist/src/utils/command.js')).splitProcessCommand,
)

function modelOnce(load: () => Promise<RequestModel>): Loader<RequestModel> {
  return loadOnce('@alicloud/ecs20140526', load)
}

/** Returns the class that a CommonJS module exports as default: `default.default` in Node.js, `default` in most bundles. */
function defaultExport<T extends new () => unknown>(imported: T | { readonly default: T }): T {
  return typeof imported === 'function' ? imported : imported.default
}
