import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { tencentSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(
  tencentSubject,
  { describe, it },
  { variants: tencentSubject.variants.slice(0, 1), testKeys },
)
