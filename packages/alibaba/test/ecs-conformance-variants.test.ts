import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { alibabaEcsSubject } from './ecs-subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(
  alibabaEcsSubject,
  { describe, it },
  { variants: alibabaEcsSubject.variants.slice(1), testKeys },
)
