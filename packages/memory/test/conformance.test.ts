import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { memorySubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(memorySubject, { describe, it }, 1, memorySubject.variants.slice(0, 1))
