import { describe, it } from 'node:test'
import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { graupelSubject } from './graupel-subject.js'

describeKeyPairConformance(graupelSubject, { describe, it })
