import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'

// The usual world. The other worlds are in ecs-conformance-variants.test.ts.
describeKeyPairConformance(alibabaEcsSubject, { describe, it }, 1, alibabaEcsSubject.variants.slice(0, 1))
