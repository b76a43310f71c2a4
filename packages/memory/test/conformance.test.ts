import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { memorySubject } from './subject.js'

describeKeyPairConformance(memorySubject, { describe, it })
