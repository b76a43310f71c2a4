import { readFile } from 'node:fs/promises'
import { errorKind } from '@cloud-keypair/core/credentials'
import type { InputStream } from './surroundings.js'
import { usageError } from './usage-error.js'

/** Describes the argument of instances. */
export const instanceArgument = 'ids of instances'

/** Describes the option `--ids-from`. */
export const idsFromOption = 'a file with one instance id a line; - is the standard input'

/** Returns the ids of the arguments and of a file, one id a line; `-` is the standard input. */
export async function readInstanceIds(
  given: readonly string[],
  file: string | undefined,
  stdin: InputStream,
): Promise<readonly string[]> {
  const fromFile = file === undefined ? [] : idsIn(await readText(file, stdin))
  const ids = [...given, ...fromFile]
  if (ids.length > 0) return ids
  throw usageError(
    file === undefined ? 'no instance is given' : `${file === '-' ? 'the standard input' : file} has no instance id`,
    'Give ids as arguments, or --ids-from a file with one id a line. - is the standard input.',
  )
}

/** Reads a file, or the standard input for `-`. */
export async function readText(file: string, stdin: InputStream): Promise<string> {
  if (file === '-') {
    const chunks: Uint8Array[] = []
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  }
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw usageError(`the file ${file} cannot be read: ${whyUnreadable(error)}`, 'Check its path and its mode.')
  }
}

/** The meanings of the codes that a user meets. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
}

function whyUnreadable(error: unknown): string {
  const code = errorKind(error)
  return meanings[code] ?? code
}

function idsIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      if (/\s|,/.test(line))
        throw usageError(`this line is not one instance id: ${line.slice(0, 60)}`, 'Give one id a line.')
      return line
    })
}
