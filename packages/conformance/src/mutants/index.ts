import type { Capabilities } from '@cloud-keypair/core'
import { auditingMutants } from './auditing.js'
import type { WorldFacts } from '../harness.js'
import { changeMutants } from './changing.js'
import { checkpointFileMutants } from './checkpoint-files.js'
import { closingMutants } from './closing.js'
import { deletingMutants } from './deleting.js'
import { ensuringMutants } from './ensuring.js'
import { faultMutants } from './faults.js'
import { gateMutants } from './gate.js'
import { inUseMutants } from './in-use.js'
import { keepingMutants } from './keeping.js'
import { keyFileMutants } from './key-files.js'
import { liesOf } from './lies.js'
import { listMutants } from './lists.js'
import { materialMutants } from './material.js'
import type { Mutant } from './mutant.js'
import { nowMutants } from './now.js'
import { pacingMutants } from './pacing.js'
import { planningMutants } from './planning.js'
import { resumingMutants } from './resuming.js'
import { rotatingMutants } from './rotating.js'
import { secretMutants } from './secrets.js'
import { severalMutants } from './several.js'
import { underWayMutants } from './under-way.js'

/** Every way to break an adapter that the suite has to notice, but for lies about capabilities. */
export const mutants: readonly Mutant[] = [
  ...materialMutants,
  ...secretMutants,
  ...keyFileMutants,
  ...keepingMutants,
  ...deletingMutants,
  ...ensuringMutants,
  ...inUseMutants,
  ...auditingMutants,
  ...listMutants,
  ...changeMutants,
  ...severalMutants,
  ...underWayMutants,
  ...nowMutants,
  ...resumingMutants,
  ...checkpointFileMutants,
  ...rotatingMutants,
  ...planningMutants,
  ...faultMutants,
  ...pacingMutants,
  ...closingMutants,
  ...gateMutants,
]

/** Returns the mutants of an adapter with these capabilities, including a lie about each capability. */
export function mutantsOf(capabilities: Capabilities, facts: WorldFacts): readonly Mutant[] {
  const real = mutants.filter(({ appliesTo = () => true }) => appliesTo(capabilities, facts))
  return [...real, ...liesOf(capabilities)]
}
