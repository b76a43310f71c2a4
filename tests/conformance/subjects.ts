import type { Subject } from '@cloud-keypair/conformance'
import { alibabaEcsSubject } from '../../packages/alibaba/test/ecs-subject.js'
import { alibabaEnsSubject } from '../../packages/alibaba/test/ens-subject.js'
import { awsSubject } from '../../packages/aws/test/subject.js'
import { memorySubject } from '../../packages/memory/test/subject.js'
import { openStackSubject } from '../../packages/openstack/test/subject.js'
import { tencentSubject } from '../../packages/tencent/test/subject.js'
import { volcengineSubject } from '../../packages/volcengine/test/subject.js'

/** Every adapter of this workspace, those that take longest first. */
export const subjects: readonly Subject[] = [
  alibabaEnsSubject,
  alibabaEcsSubject,
  volcengineSubject,
  tencentSubject,
  awsSubject,
  openStackSubject,
  memorySubject,
]

/**
 * Their names two by two, the one that takes longest with the one that takes least: a process that is warm from one runs
 * the next in less time.
 */
export const pairs: readonly (readonly string[])[] = Array.from({ length: Math.ceil(subjects.length / 2) }, (_, rank) =>
  subjects.filter((_subject, index) => Math.min(index, subjects.length - 1 - index) === rank).map(({ name }) => name),
)
