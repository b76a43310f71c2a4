import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { volcengineSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(volcengineSubject, { describe, it }, 1, volcengineSubject.variants.slice(0, 1))
