import type { Subject } from '@cloud-keypair/conformance'
import { subjects as all } from '../conformance/subjects.js'
import { memoryWorldsSubject } from './memory-subject.js'

/** Every adapter of this workspace, the cloud in memory with more variants than the suite has. */
export const subjects: readonly Subject[] = all.map((subject) =>
  subject.name === memoryWorldsSubject.name ? memoryWorldsSubject : subject,
)
