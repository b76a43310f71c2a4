import type { Case } from './case-context.js'
import { attachCases } from './cases/attach.js'
import { auditCases } from './cases/audit.js'
import { bindingsCases } from './cases/bindings.js'
import { boundedCases } from './cases/bounded.js'
import { checkpointFileCases } from './cases/checkpoint-files.js'
import { claimCases } from './cases/claims.js'
import { closeCases } from './cases/close.js'
import { createCases } from './cases/create.js'
import { createInCloudCases } from './cases/create-in-cloud.js'
import { deleteCases } from './cases/delete.js'
import { detachCases } from './cases/detach.js'
import { driverCases } from './cases/driver.js'
import { ensureCases } from './cases/ensure.js'
import { deleteByKeyCases } from './cases/delete-by-key.js'
import { eventCases } from './cases/events.js'
import { faultCases } from './cases/faults.js'
import { gateCases } from './cases/gate.js'
import { importCases } from './cases/import.js'
import { inUseCases } from './cases/in-use.js'
import { instanceClaimCases } from './cases/instance-claims.js'
import { keyFileCases } from './cases/key-files.js'
import { limitCases } from './cases/limits.js'
import { modelCases } from './cases/model.js'
import { pacingCases } from './cases/pacing.js'
import { planCases } from './cases/plan.js'
import { propertyCases } from './cases/properties.js'
import { readCases } from './cases/read.js'
import { readLagCases } from './cases/read-lag.js'
import { resumeCases } from './cases/resume.js'
import { rotateCases } from './cases/rotate.js'
import { secretCases } from './cases/secrets.js'
import { severalCases } from './cases/several.js'
import { takeEffectCases } from './cases/take-effect.js'
import { underWayCases } from './cases/under-way.js'
import { updateCases } from './cases/update.js'

/** Every statement about an adapter. Their number is the same for each: there is no skipping. */
export const cases: readonly Case[] = [
  ...claimCases,
  ...instanceClaimCases,
  ...driverCases,
  ...importCases,
  ...createCases,
  ...keyFileCases,
  ...createInCloudCases,
  ...readCases,
  ...readLagCases,
  ...updateCases,
  ...deleteCases,
  ...deleteByKeyCases,
  ...ensureCases,
  ...inUseCases,
  ...auditCases,
  ...attachCases,
  ...bindingsCases,
  ...detachCases,
  ...severalCases,
  ...underWayCases,
  ...takeEffectCases,
  ...resumeCases,
  ...checkpointFileCases,
  ...rotateCases,
  ...planCases,
  ...limitCases,
  ...faultCases,
  ...boundedCases,
  ...pacingCases,
  ...closeCases,
  ...gateCases,
  ...propertyCases,
  ...modelCases,
  ...secretCases,
  ...eventCases,
]
