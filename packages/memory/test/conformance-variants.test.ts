import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { memorySubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(memorySubject, { describe, it }, 1, memorySubject.variants.slice(1))
