import type { Check } from './check.js'
import { commandChecks } from './command-checks.js'
import { exampleCheck } from './example-check.js'
import { storeChecks } from './store-checks.js'
import { submissionChecks } from './submission-checks.js'
import { workerChecks } from './worker-checks.js'

/** The checks of a fleet on a real Redis, that in real time first: it takes longest. */
export const checks: readonly Check[] = [
  exampleCheck,
  ...storeChecks,
  ...submissionChecks,
  ...workerChecks,
  ...commandChecks,
]
