import type { Answer } from './answer.js'
import type { ProbeContext } from './probe-context.js'
import type { Script } from './script.js'

/** A way to find the variant of a cloud, on one instance without a key pair; or the reason why there is none. */
export type Question<Value> =
  | {
      readonly what: string
      /** Asks the question. Called again if there is no definite answer. */
      readonly ask: (context: ProbeContext) => Script<Answer<Value>>
    }
  | { readonly cannotTell: string }

/** A question for each variant: a variant without one does not compile. */
export type Questions<Variants> = { readonly [Name in keyof Variants]: Question<Variants[Name]> }
