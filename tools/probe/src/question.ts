import type { Answer } from './answer.js'
import type { ProbeContext } from './probe-context.js'
import type { Script } from './script.js'

/** How to find out which variant a cloud is, on one instance that has no key pair; or why that can't be found out. */
export type Question<Value> =
  | {
      readonly what: string
      /** It is asked more than once where the cloud does not answer definitely. */
      readonly ask: (context: ProbeContext) => Script<Answer<Value>>
    }
  | { readonly cannotTell: string }

/** A question for each variant: a variant without one does not compile. */
export type Questions<Variants> = { readonly [Name in keyof Variants]: Question<Variants[Name]> }
