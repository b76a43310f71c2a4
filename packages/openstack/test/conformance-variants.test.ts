import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { openStackSubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(openStackSubject, { describe, it }, 1, openStackSubject.variants.slice(1))
