import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { awsSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(awsSubject, { describe, it }, 1, awsSubject.variants.slice(0, 1))
