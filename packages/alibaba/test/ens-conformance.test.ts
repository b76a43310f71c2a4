import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { alibabaEnsSubject } from './ens-subject.js'

describeKeyPairConformance(alibabaEnsSubject, { describe, it })
