import { type Loader, loadOnce } from '@cloud-keypair/core/http'

/** The class of the vendor that signs requests. */
export type SignClass = (typeof import('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js'))['default']

/** Loads the class of the vendor that signs requests, and nothing else of its package. */
export const loadSign: Loader<SignClass> = loadOnce('tencentcloud-sdk-nodejs-common', async () => {
  const { default: imported } = await import('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js')
  return defaultExport(imported)
})

/** Returns the default export of a CommonJS module: `default.default` in Node.js, `default` in most bundles. */
function defaultExport(imported: SignClass | { readonly default: SignClass }): SignClass {
  return typeof imported === 'function' ? imported : imported.default
}
