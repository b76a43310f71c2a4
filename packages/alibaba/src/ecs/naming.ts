import { createRequire } from 'node:module'
import type { Naming } from '../request.js'

/** What is used of a request model of the vendor's. */
type Model = new (fields: Readonly<Record<string, unknown>>) => { toMap(): Readonly<Record<string, unknown>> }

function loadModels(name: string): Readonly<Record<string, Model>> {
  return createRequire(import.meta.url)(`@alicloud/ecs20140526/dist/models/${name}`)
}

/**
 * Makes what names the parameters of ECS: the request model of the action, from the vendor's client. Each model is
 * loaded when its action is first called, and by itself: the client as a whole has more than a thousand.
 */
export function createEcsNaming(regionId: string): Naming {
  return ({ action, fields }) => {
    const name = `${action}Request`
    const { [name]: Request } = loadModels(name)
    if (Request === undefined) throw new TypeError(`The vendor's client has no ${name}`)
    return new Request({ ...fields, regionId }).toMap()
  }
}
