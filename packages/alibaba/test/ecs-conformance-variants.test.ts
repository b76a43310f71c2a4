import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(alibabaEcsSubject, { describe, it }, 1, alibabaEcsSubject.variants.slice(1))
