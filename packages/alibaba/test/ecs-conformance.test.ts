import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'

describeKeyPairConformance(alibabaEcsSubject, { describe, it })
