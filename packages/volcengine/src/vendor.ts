import { type Loader, loadOnce } from '@cloud-keypair/core/http'

type SignModule = typeof import('@volcengine/openapi/lib/base/sign.js')
type SignerClass = SignModule['default']

/** The parts of the vendor's signing code that are used. */
export interface VendorSigning {
  readonly Signer: SignerClass
  readonly queryParamsToString: SignModule['queryParamsToString']
}

/**
 * Loads the vendor's signing code, and nothing else of its package: its client logs headers and answers. The signer
 * that comes with it writes what it signs, the session token included, to `debuglog`. So this one has the two methods
 * that do so without their log.
 */
export const loadSigning: Loader<VendorSigning> = loadOnce('@volcengine/openapi', async () => {
  const { default: imported, queryParamsToString } = await import('@volcengine/openapi/lib/base/sign.js')
  class SilentSigner extends defaultExport(imported) {
    override canonicalString(): string {
      const { method, pathname = '/', params } = this.request
      const head = [method.toUpperCase(), pathname, queryParamsToString(params)]
      return [...head, `${this.canonicalHeaders()}\n`, this.signedHeaders(), this.hexEncodedBodyHash()].join('\n')
    }

    override stringToSign(datetime: string): string {
      const hash = String(this.hexEncodedHash(this.canonicalString()))
      return ['HMAC-SHA256', datetime, this.credentialString(datetime), hash].join('\n')
    }
  }
  return { Signer: SilentSigner, queryParamsToString }
})

/** Returns the default export of a CommonJS module: `default.default` in Node.js, `default` in most bundles. */
function defaultExport(imported: SignerClass | { readonly default: SignerClass }): SignerClass {
  return typeof imported === 'function' ? imported : imported.default
}
