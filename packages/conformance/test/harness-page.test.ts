import { readFileSync } from 'node:fs'
import type { World } from '@cloud-keypair/core/testing'
import { expect, test } from 'vitest'
import { controls, type WorldFacts } from '../src/index.js'

const page = readFileSync(new URL('../../../docs/writing-an-adapter.md', import.meta.url), 'utf8')
const tables = page.slice(page.indexOf('### The harness'), page.indexOf('## 7.'))
const rows = [...tables.matchAll(/^\| `([\w-]+)`/gm)].map(([, name = '']) => name)

const facts: Readonly<Record<keyof WorldFacts, true>> = {
  refuses: true,
  namesRepeat: true,
  replaces: true,
  group: true,
  comparable: true,
  tellsTaken: true,
  keepsDetached: true,
  dated: true,
  datesChanges: true,
  judgesTags: true,
  instancesAPage: true,
  powerAtOnce: true,
}
const methods: Readonly<Record<keyof World, true>> = {
  seedKeyPairs: true,
  seedInstances: true,
  fault: true,
  setReadLag: true,
  restart: true,
  settle: true,
  snapshot: true,
  calls: true,
  forgetCalls: true,
  clearFaults: true,
}

test('the guide for adapters explains each fact, each control and each method of a world', () => {
  expect(rows).toEqual([...Object.keys(facts), ...Object.keys(controls), ...Object.keys(methods)])
})
