import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEnsSubject } from './ens-subject.js'

// The usual world. The other worlds are in ens-conformance-variants.test.ts.
describeKeyPairConformance(alibabaEnsSubject, { describe, it }, 1, alibabaEnsSubject.variants.slice(0, 1))
