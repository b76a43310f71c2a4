import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { openStackSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(
  openStackSubject,
  { describe, it },
  { variants: openStackSubject.variants.slice(0, 1), testKeys },
)
