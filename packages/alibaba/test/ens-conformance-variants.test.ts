import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { alibabaEnsSubject } from './ens-subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(
  alibabaEnsSubject,
  { describe, it },
  { variants: alibabaEnsSubject.variants.slice(1), testKeys },
)
