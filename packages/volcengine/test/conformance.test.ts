import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { volcengineSubject } from './subject.js'

// The usual world. The other worlds are in conformance-variants.test.ts.
describeKeyPairConformance(
  volcengineSubject,
  { describe, it },
  { variants: volcengineSubject.variants.slice(0, 1), testKeys },
)
