export type { AlibabaAccount } from './alibaba/gateway.js'
export {
  startAlibabaEcsSimulator,
  type AlibabaEcsSimulator,
  type AlibabaEcsSimulatorOptions,
} from './alibaba/ecs/simulator.js'
export { defaultAlibabaEcsVariants, type AlibabaEcsVariants } from './alibaba/ecs/variants.js'
export {
  startAlibabaEnsSimulator,
  type AlibabaEnsSimulator,
  type AlibabaEnsSimulatorOptions,
} from './alibaba/ens/simulator.js'
export { defaultAlibabaEnsVariants, type AlibabaEnsVariants } from './alibaba/ens/variants.js'
export type { AwsAccount } from './aws/gateway.js'
export type {
  AwsInstanceState,
  InstanceRecord as AwsInstanceRecord,
  KeyPairRecord as AwsKeyPairRecord,
} from './aws/region.js'
export { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from './aws/simulator.js'
export { type AwsVariants, defaultAwsVariants } from './aws/variants.js'
export type { AwsSeedInstance, AwsSeedKeyPair, AwsWorld, AwsWorldSnapshot } from './aws/world.js'
export type { BatchVariants } from './alibaba/batch.js'
export type { AlibabaSimulator, AlibabaSimulatorOptions } from './alibaba/start.js'
export type { AlibabaInstanceStatus } from './alibaba/store.js'
export type { AlibabaSeedInstance, AlibabaSeedKeyPair, AlibabaWorld, AlibabaWorldSnapshot } from './alibaba/world.js'
export type { SimulatorClock } from './clock.js'
export type { BodyDamage, Fault, FaultAim, FaultKind, ShapeDamage, TextDamage } from './fault.js'
export type { SecondChange } from './guest-keys.js'
export type { OpenStackAccount } from './openstack/identity.js'
export type {
  KeyPairRecord as OpenStackKeyPairRecord,
  OpenStackServerState,
  ServerRecord as OpenStackServerRecord,
} from './openstack/region.js'
export {
  type OpenStackSimulator,
  type OpenStackSimulatorOptions,
  startOpenStackSimulator,
} from './openstack/simulator.js'
export { defaultOpenStackVariants, type OpenStackVariants } from './openstack/variants.js'
export type {
  OpenStackSeedKeyPair,
  OpenStackSeedServer,
  OpenStackWorld,
  OpenStackWorldSnapshot,
} from './openstack/world.js'
export type { SimulatorOptions } from './options.js'
export type { GeneratedKeyPair } from './public-key.js'
export type { RecordedCall } from './recorded-call.js'
export type { SeededKeyPair } from './seed.js'
export type { TencentAccount } from './tencent/gateway.js'
export type {
  InstanceRecord as TencentInstanceRecord,
  KeyPairRecord as TencentKeyPairRecord,
  Operation as TencentOperation,
  TencentInstanceState,
} from './tencent/region.js'
export { startTencentSimulator, type TencentSimulator, type TencentSimulatorOptions } from './tencent/simulator.js'
export { defaultTencentVariants, type TencentVariants } from './tencent/variants.js'
export type { TencentSeedInstance, TencentSeedKeyPair, TencentWorld, TencentWorldSnapshot } from './tencent/world.js'
export type { VolcengineAccount } from './volcengine/gateway.js'
export type { InstanceStatus } from './volcengine/region.js'
export {
  startVolcengineSimulator,
  type VolcengineSimulator,
  type VolcengineSimulatorOptions,
} from './volcengine/simulator.js'
export { defaultVariants, type VolcengineVariants } from './volcengine/variants.js'
export type { SeedInstance, SeedKeyPair, World, WorldSnapshot } from './volcengine/world.js'
export {
  type SimulatedCloud,
  simulatedClouds,
  type SimulatorSettings,
  startSimulator,
  type StartedSimulator,
} from './start-simulator.js'
