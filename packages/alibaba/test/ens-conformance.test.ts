import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { alibabaEnsSubject } from './ens-subject.js'

// The usual world. The other worlds are in ens-conformance-variants.test.ts.
describeKeyPairConformance(
  alibabaEnsSubject,
  { describe, it },
  { variants: alibabaEnsSubject.variants.slice(0, 1), testKeys },
)
