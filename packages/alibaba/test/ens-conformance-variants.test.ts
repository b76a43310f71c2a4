import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEnsSubject } from './ens-subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(alibabaEnsSubject, { describe, it }, 1, alibabaEnsSubject.variants.slice(1))
