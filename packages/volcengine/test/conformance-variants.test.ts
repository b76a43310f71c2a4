import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { volcengineSubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(
  volcengineSubject,
  { describe, it },
  { variants: volcengineSubject.variants.slice(1), testKeys },
)
