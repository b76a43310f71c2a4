import { restarted } from '../guest-keys.js'
import { passThrough } from '../passing-state.js'
import type { InstanceRecord, Store } from './store.js'

/** A change of power: from which status, through which, and to what. */
export interface PowerChange {
  readonly from: 'Running' | 'Stopped'
  readonly through: 'Starting' | 'Stopping'
  readonly leave: (instance: InstanceRecord) => InstanceRecord
}

/** Returns the instance after a start: the guest has the changes that waited for it. */
function running(instance: InstanceRecord): InstanceRecord {
  return { ...instance, status: 'Running', stoppedMode: undefined, keys: restarted(instance.keys) }
}

/** Running, Stopping, Stopped. */
export const stop: PowerChange = {
  from: 'Running',
  through: 'Stopping',
  leave: (instance) => ({ ...instance, status: 'Stopped' }),
}

/** Stopped, Starting, Running. */
export const start: PowerChange = { from: 'Stopped', through: 'Starting', leave: running }

/** Running, Starting, Running: the pages of both products say that a reboot passes through Starting. */
export const reboot: PowerChange = { from: 'Running', through: 'Starting', leave: running }

/** Sets a change of power off. */
export function setOff(
  store: Store,
  instance: InstanceRecord,
  { through, from, leave }: PowerChange,
  { now, ms, force }: { readonly now: number; readonly ms: number; readonly force: boolean },
): void {
  const during: InstanceRecord = { ...instance, status: through }
  if (from === 'Running' && instance.stopHangs && !force) return store.instances.set(instance.id, during, now)
  passThrough(store, during, { now, ms, leave })
}
