import { type Loader, loadOnce } from '@cloud-keypair/core/http'

/** The code of other packages that a call needs: what signs it, and what reads its answer. */
export interface Vendor {
  readonly sign: (typeof import('aws4'))['sign']
  readonly XMLParser: (typeof import('fast-xml-parser'))['XMLParser']
}

/** Loads that code. */
export const loadVendor: Loader<Vendor> = loadOnce('aws4 or fast-xml-parser', async () => {
  const [{ default: aws4 }, { XMLParser }] = await Promise.all([import('aws4'), import('fast-xml-parser')])
  return { sign: aws4.sign, XMLParser }
})
