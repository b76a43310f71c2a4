import { createHash, createHmac } from 'node:crypto'
import { type Loader, loadOnce } from '@cloud-keypair/core/http'

type SignModule = typeof import('@volcengine/openapi/lib/base/sign.js')
type SignerClass = SignModule['default']
type SigningKeys = Parameters<InstanceType<SignerClass>['authorization']>[0]

/** The part of the vendor's signing code that is used, and the query that it signs. */
export interface VendorSigning {
  readonly Signer: new (
    ...given: ConstructorParameters<SignerClass>
  ) => Pick<InstanceType<SignerClass>, 'addAuthorization' | 'request'> & { readonly query: string }
}

/**
 * Loads the vendor's signing code, and nothing else of its package: its client logs headers and answers. The signer
 * that comes with it writes what it signs, the session token included, to `debuglog`. So this one has the two methods
 * that do so without their log. It also makes the query once, and takes hashes from Node.js: those of the vendor's code are
 * written in JavaScript, and took much of the processor time of a call.
 */
export const loadSigning: Loader<VendorSigning> = loadOnce('@volcengine/openapi', async () => {
  const { default: imported, queryParamsToString } = await import('@volcengine/openapi/lib/base/sign.js')
  class SilentSigner extends defaultExport(imported) {
    readonly query: string = queryParamsToString(this.request.params)

    override authorization({ accessKeyId, secretKey }: SigningKeys, datetime: string): string {
      const scope = [datetime.slice(0, 'YYYYMMDD'.length), this.request.region, this.serviceName, 'request']
      const key = scope.reduce<string | Buffer>(hmac, secretKey)
      const signature = createHmac('sha256', key).update(this.stringToSign(datetime)).digest('hex')
      return `HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${this.signedHeaders()}, Signature=${signature}`
    }

    override canonicalString(): string {
      const { method, pathname = '/' } = this.request
      const head = [method.toUpperCase(), pathname, this.query]
      return [...head, `${this.canonicalHeaders()}\n`, this.signedHeaders(), this.hexEncodedBodyHash()].join('\n')
    }

    override stringToSign(datetime: string): string {
      const hash = createHash('sha256').update(this.canonicalString()).digest('hex')
      return ['HMAC-SHA256', datetime, this.credentialString(datetime), hash].join('\n')
    }
  }
  return { Signer: SilentSigner }
})

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** Returns the default export of a CommonJS module: `default.default` in Node.js, `default` in most bundles. */
function defaultExport(imported: SignerClass | { readonly default: SignerClass }): SignerClass {
  return typeof imported === 'function' ? imported : imported.default
}
