import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { memorySubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(memorySubject, { describe, it }, { variants: memorySubject.variants.slice(1), testKeys })
