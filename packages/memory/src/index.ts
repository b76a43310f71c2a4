export { createMemoryCloud, createMemoryKeyPairService, type MemoryCloud } from './service.js'
export type { MemoryLimits, MemoryOptions, MemoryTraits } from './traits.js'
export { memoryVariants } from './variants.js'
export type * from './world.js'
