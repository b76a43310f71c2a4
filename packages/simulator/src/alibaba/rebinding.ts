import { rebind, type SecondChange } from '../guest-keys.js'
import type { InstanceRecord, Store } from './store.js'

/** Binds another key pair, or none. The key pair that was bound stays occupied for a while. */
export function bind(
  store: Store,
  instance: InstanceRecord,
  to: string | undefined,
  change: { readonly now: number; readonly secondChange: SecondChange; readonly occupiedMs: number },
): void {
  const from = instance.keys.bound
  store.instances.set(instance.id, { ...instance, keys: rebind(instance.keys, to, change.secondChange) }, change.now)
  if (from === undefined || from === to || change.occupiedMs === 0) return
  const count = (more: number): void => void store.occupied.set(from, (store.occupied.get(from) ?? 0) + more)
  count(1)
  store.schedule.add(change.now + change.occupiedMs, () => count(-1))
}
