import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { awsSubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(awsSubject, { describe, it }, 1, awsSubject.variants.slice(1))
