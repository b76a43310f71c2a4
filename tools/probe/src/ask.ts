import { notAsked, type Answer } from './answer.js'
import { settledMs } from './binding-questions.js'
import { vacate } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import type { Question } from './question.js'
import { run, type Script } from './script.js'

/** How often a question is asked until there is a definite answer. */
const attempts = 4

/** Asks one question, and says why there is no answer where there is none. */
export async function ask(question: Question<unknown>, newLab: () => ProbeContext): Promise<Answer<unknown>> {
  if ('cannotTell' in question) return notAsked(question.cannotTell)
  let why = ''
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await run(fromVacancy(newLab(), question, attempt > 0))
    if (answer.isOk()) return answer.value
    why = answer.error.why
    if (answer.error.ends !== 'attempt') break
  }
  return notAsked(why)
}

/** A question is asked while nothing is bound; what an earlier attempt sent may still come to show. */
async function* fromVacancy(
  context: ProbeContext,
  question: Exclude<Question<unknown>, { readonly cannotTell: string }>,
  again: boolean,
): Script<Answer<unknown>> {
  if (again) yield* context.sleep(settledMs)
  yield* vacate(context)
  return yield* question.ask(context)
}
