import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { openStackSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(openStackSubject, { describe, it }, 1, openStackSubject.variants.slice(0, 1))
