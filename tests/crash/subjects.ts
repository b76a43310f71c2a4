import type { Subject } from '@cloud-keypair/conformance'
import { awsSubject } from '../../packages/aws/test/subject.js'
import { openStackSubject } from '../../packages/openstack/test/subject.js'
import { subjects as all } from '../conformance/subjects.js'
import { memoryWorldsSubject } from './memory-subject.js'

/**
 * The adapters of this workspace that bind key pairs to instances, which leaves out those for Amazon EC2 and OpenStack. The cloud in
 * memory has more variants than in the suite.
 */
export const subjects: readonly Subject[] = all
  .filter((subject) => subject !== awsSubject && subject !== openStackSubject)
  .map((subject) => (subject.name === memoryWorldsSubject.name ? memoryWorldsSubject : subject))
