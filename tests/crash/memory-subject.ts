import type { Subject } from '@cloud-keypair/conformance'
import { type MemoryTraits, memoryVariants } from '@cloud-keypair/memory'
import { clouds } from '../service/rollout.js'
import { memorySubjectOf } from '../../packages/memory/test/subject.js'

/** A cloud that shows late what is bound, detaches whatever it is asked to, and refuses an attach over another. */
const unkind: Partial<MemoryTraits> = {
  ...memoryVariants['nothing is kind'],
  power: ['stopped'],
  attachOver: 'refused',
  reboot: 'keeps-key',
  secondChange: 'wins',
  fingerprint: 'md5',
}

/** The reference driver, also over the clouds that differ in how a change reaches the guest. */
export const memoryWorldsSubject: Subject = memorySubjectOf({ ...memoryVariants, ...clouds, unkind })
