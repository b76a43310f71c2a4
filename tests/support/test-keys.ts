import { makeTestKeys } from '@cloud-keypair/conformance'

/** Keys for the tests of one worker: RSA keys are slow to generate. */
export const testKeys = await makeTestKeys(1)
