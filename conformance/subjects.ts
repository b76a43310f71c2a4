import type { Subject } from '@cloud-keypair/conformance'
import { alibabaEcsSubject } from '../packages/alibaba/test/ecs-subject.js'
import { alibabaEnsSubject } from '../packages/alibaba/test/ens-subject.js'
import { memorySubject } from '../packages/memory/test/subject.js'
import { volcengineSubject } from '../packages/volcengine/test/subject.js'

/** Every adapter of this workspace, those that take longest first. */
export const subjects: readonly Subject[] = [alibabaEnsSubject, alibabaEcsSubject, volcengineSubject, memorySubject]

/**
 * Their names, two by two: a process that is warm from one runs the next in less time, and those of two processes take about
 * as long as each other.
 */
export const pairs: readonly (readonly string[])[] = [
  [alibabaEnsSubject, memorySubject],
  [alibabaEcsSubject, volcengineSubject],
].map((pair) => pair.map(({ name }) => name))
