import type { Naming } from '../request.js'
import { loadModels } from '../vendor.js'

/** Makes what names the parameters of ECS: the request model of the action, from the vendor's client. */
export function createEcsNaming(regionId: string): Naming {
  return ({ action, fields }) => {
    const name = `${action}Request`
    const { [name]: Model } = loadModels(name)
    if (Model === undefined) throw new TypeError(`The vendor's client has no ${name}`)
    return new Model({ ...fields, regionId }).toMap()
  }
}
