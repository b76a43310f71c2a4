import { describe, it } from 'node:test'
import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { virgaSubject } from './virga-subject.js'

describeKeyPairConformance(virgaSubject, { describe, it })
