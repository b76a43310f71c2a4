import { loadRequestModel, loadUtil } from '../../src/vendor.js'

/** Loads the vendor's code that calls need. Virtual time would pass while a first call loads it. */
export async function loadVendor(): Promise<void> {
  for (const load of [loadUtil, ...Object.values(loadRequestModel)]) await load()
}
