import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { describe, it } from 'vitest'
import { testKeys } from '../../../tests/support/test-keys.js'
import { awsSubject } from './subject.js'

// The worlds besides the usual one; part of `pnpm test:all`.
describeKeyPairConformance(awsSubject, { describe, it }, { variants: awsSubject.variants.slice(1), testKeys })
