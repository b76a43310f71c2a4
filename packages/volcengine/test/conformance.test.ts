import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { volcengineSubject } from './subject.js'

describeKeyPairConformance(volcengineSubject, { describe, it })
