import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Folders of other people's files, and of files that commands make. */
const notOurs: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'compiled',
  '.build',
  'release',
  'debian',
  '.git',
])

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : sourcesIn(path)
    return /\.[cm]?[jt]s$/.test(entry.name) ? [path] : []
  })
}

/** Returns the first words of each comment, of one line or of several. */
function openingsOf(source: string): readonly string[] {
  const lines = source.split('\n').map((line) => line.trim())
  return lines.flatMap((line, index) => {
    if (line === '/**') return [lines[index + 1]?.replace(/^\* ?/, '') ?? '']
    if (line.startsWith('/** ')) return [line.slice(4)]
    const isFirst = line.startsWith('// ') && lines[index - 1]?.startsWith('//') !== true
    return isFirst ? [line.slice(3)] : []
  })
}

const asks = (opening: string): boolean => /^(?:What|Whether|Why|How|Where|Which)\b/.test(opening)

test.each([
  ['/** Which of the two it is. */\nconst a = 1', 1],
  ['  /**\n   * How long it takes.\n   */', 1],
  ['const a = 1\n// Where it is.', 1],
  ['// Returns the place\n// Where it is.', 0],
  ['/** Returns what it is. */', 0],
])('of %j, %d comments begin with a question word', (source, count) => {
  expect(openingsOf(source).filter(asks)).toHaveLength(count)
})

test('no comment of the project begins with a question word', () => {
  const files = sourcesIn('')
  expect(files).toContain(join('packages', 'core', 'src', 'index.ts'))
  const found = files.flatMap((file) => openingsOf(readFileSync(join(root, file), 'utf8')).filter(asks))
  expect(found).toEqual([])
})
