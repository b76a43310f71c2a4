import { expect, test } from 'vitest'
import { mutants } from '../src/mutants/index.js'
import { cases } from '../src/suite.js'

test('each case has an id of its own', () => {
  const ids = cases.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('each mutant has a name of its own, and a case that is meant to notice it', () => {
  const names = mutants.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  const ids = new Set(cases.map(({ id }) => id))
  expect(mutants.filter(({ killedBy }) => !ids.has(killedBy))).toEqual([])
})
