import { notAsked, type Answer } from './answer.js'
import { settledMs } from './binding-questions.js'
import { vacate } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import type { Question } from './question.js'
import { run, type Script } from './script.js'

/** The number of attempts until there is a definite answer to a question. */
const attempts = 4

/** Asks one question. Returns the answer, or the reason why there is none. */
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

/** Asks a question while no key pair is bound; an earlier attempt may still take effect. */
async function* fromVacancy(
  context: ProbeContext,
  question: Exclude<Question<unknown>, { readonly cannotTell: string }>,
  again: boolean,
): Script<Answer<unknown>> {
  if (again) yield* context.sleep(settledMs)
  yield* vacate(context)
  return yield* question.ask(context)
}
