import { describeKeyPairConformance } from '@cloud-keypair/conformance'
import { memoryVariants } from '@cloud-keypair/memory'
import { describe, it } from 'vitest'
import { memorySubjectOf } from '../../packages/memory/test/subject.js'

// The suite in the usual world, and in those that change what an attach or a restart does.
const variants = ['attach over another is refused', 'names repeat, instances name no id', 'stopped only'] as const

describeKeyPairConformance(
  memorySubjectOf({ usual: {}, ...Object.fromEntries(variants.map((name) => [name, memoryVariants[name] ?? {}])) }),
  { describe, it },
)
