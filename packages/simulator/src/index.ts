export type { SimulatorClock } from './clock.js'
export type { BodyDamage, Fault, FaultAim, FaultKind, ShapeDamage, TextDamage } from './fault.js'
export type { SecondChange } from './guest-keys.js'
export type { RecordedCall } from './recorded-call.js'
export type { VolcengineAccount } from './volcengine/gateway.js'
export type { InstanceStatus } from './volcengine/region.js'
export {
  startVolcengineSimulator,
  type VolcengineSimulator,
  type VolcengineSimulatorOptions,
} from './volcengine/simulator.js'
export { defaultVariants, type VolcengineVariants } from './volcengine/variants.js'
export type { SeededKeyPair, SeedInstance, SeedKeyPair, World, WorldSnapshot } from './volcengine/world.js'
