import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { alibabaEcsSubject } from './ecs-subject.js'

// The usual world. The other worlds are in ecs-conformance-variants.test.ts.
describeKeyPairConformance(
  alibabaEcsSubject,
  { describe, it },
  { variants: alibabaEcsSubject.variants.slice(0, 1), testKeys },
)
