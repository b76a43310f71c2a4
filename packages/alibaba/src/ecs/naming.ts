import { createRequire } from 'node:module'
import type { Naming } from '../request.js'

type VendorModel = (typeof import(
  '@alicloud/ecs20140526/dist/models/AttachKeyPairRequest.js',
  { with: { 'resolution-mode': 'require' } }
))['AttachKeyPairRequest']

/**
 * Makes what names the parameters of ECS: the request model of the action, from the vendor's client. Each model is
 * loaded when its action is first called, and by itself: the client as a whole has more than a thousand.
 */
export function createEcsNaming(regionId: string): Naming {
  const require = createRequire(import.meta.url)

  return ({ action, fields }) => {
    const name = `${action}Request`
    const models: Readonly<Record<string, VendorModel>> = require(`@alicloud/ecs20140526/dist/models/${name}`)
    const Model = models[name]
    if (Model === undefined) throw new TypeError(`The vendor's client has no ${name}`)
    return new Model({ ...fields, regionId }).toMap()
  }
}
