import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Secret } from '@cloud-keypair/core'
import { passphraseProblem } from '@cloud-keypair/core/file'
import { readText } from './instance-ids.js'
import type { Session } from './session.js'
import { usageError } from './usage-error.js'

/** Describes the option `--passphrase`. */
export const passphraseOption =
  'encrypt the file with a passphrase: env:NAME is a variable, file:PATH the first line of a file, prompt asks for one'

const sources = 'Give --passphrase env:NAME, --passphrase file:PATH, or on a terminal --passphrase prompt.'

type Asking = Pick<Session, 'surroundings' | 'interruptions'>

/** Checks where a passphrase comes from, and makes the path of a file absolute. What was given is never shown. */
export function passphraseSource(given: string): string {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(given) ?? []
  if (kind === 'file' && place !== '-') return `file:${resolve(place)}`
  if (kind !== undefined || given === 'prompt') return given
  throw usageError(
    '--passphrase takes the source of a passphrase and not the passphrase itself, which other programs could read',
    sources,
  )
}

/** Reads the passphrase of a private key in a file, which exists or is going to be made. */
export async function readPassphrase(source: string, keyFile: string, session: Asking): Promise<Secret> {
  if (source === 'prompt') return askForPassphrase(keyFile, session)
  const { environment, stdin } = session.surroundings
  const place = source.slice(source.indexOf(':') + 1)
  const isVariable = source.startsWith('env:')
  const text = isVariable ? (environment[place] ?? '') : await readText(place, stdin)
  const [line = ''] = text.split(/\r?\n/)
  const title = isVariable ? `the variable ${place}` : place === '-' ? 'the standard input' : `the file ${place}`
  if (line === '') throw usageError(`there is no passphrase in ${title}`, sources)
  return checked(new Secret(line), title)
}

/** Asks a person, and twice if the key is new: a slip would lock it for ever. */
async function askForPassphrase(keyFile: string, { surroundings, interruptions }: Asking): Promise<Secret> {
  const { askSecret } = surroundings
  const { signal } = interruptions
  if (askSecret === undefined) throw usageError('nobody is there to type a passphrase', sources)
  const exists = await access(keyFile).then(
    () => true,
    () => false,
  )
  const first = await askSecret(`Passphrase of ${keyFile}`, signal)
  const again = exists || first === undefined ? first : await askSecret('The same passphrase again', signal)
  if (first === undefined || again === undefined) throw usageError('no passphrase was typed', sources)
  if (first !== again) throw usageError('the two passphrases differ', 'Run the command again, and type one twice.')
  return checked(new Secret(first), 'the answer')
}

function checked(passphrase: Secret, title: string): Secret {
  const problem = passphraseProblem(passphrase)
  if (problem === undefined) return passphrase
  throw usageError(`the passphrase in ${title} cannot be used: ${problem.message}`, `${problem.hint}.`)
}
