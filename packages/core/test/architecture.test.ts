import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(`${root}docs/architecture.md`, 'utf8')
const sources = readdirSync(`${root}packages/core/src`, { withFileTypes: true })

test('every file that the architecture page names exists', () => {
  const named = [...page.matchAll(/`((?:[a-z-]+\/)+[a-z-]+\.ts)`/g)].map(([, path = '']) => path)
  const missing = named.filter((path) => !folders.some((folder) => existsSync(`${root}packages/${folder}${path}`)))
  expect(named.length).toBeGreaterThan(50)
  expect(missing).toEqual([])
})

const folders = ['core/src/', 'alibaba/src/', 'volcengine/src/', 'memory/src/', '']

test('the picture has every folder and every file of level 0', () => {
  const [, picture = ''] = /## The folders of core.*?```\n(.*?)```/s.exec(page) ?? []
  const names = sources.flatMap((entry) => (entry.isDirectory() ? [`${entry.name}/`] : []))
  const levelZero = ['abort.ts', 'foreign-values.ts', 'result.ts', 'secret.ts']
  expect([...names, ...levelZero].filter((name) => !picture.includes(name))).toEqual([])
})

const paths = readdirSync(`${root}packages/core/src`, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
)

test('a file name occurs once in core', () => {
  const names = paths.filter((path) => path.includes('/')).map((path) => path.slice(path.lastIndexOf('/') + 1))
  expect(repeated(names)).toEqual([])
})

test('a declared name has one meaning in core', () => {
  const names = paths.flatMap((path) => {
    const text = readFileSync(`${root}packages/core/src/${path}`, 'utf8')
    return [...new Set([...text.matchAll(declaration)].map(([, name = '']) => name))]
  })
  expect(names.length).toBeGreaterThan(900)
  expect(repeated(names)).toEqual([])
})

const declaration = /^(?:export )?(?:async )?(?:function\*?|const|interface|type|class) (\w+)/gm

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}
