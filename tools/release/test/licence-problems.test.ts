import { expect, it } from 'vitest'
import { licenceProblems } from '../licence-problems.js'

it('names the package of a licence that is not allowed', () => {
  const list = {
    MIT: [{ name: 'kind', versions: ['1.0.0'] }],
    'AGPL-3.0': [{ name: 'strict', versions: ['2.0.0', '3.0.0'] }],
  }
  expect(licenceProblems(JSON.stringify(list))).toEqual(['strict 2.0.0, 3.0.0: the licence AGPL-3.0 is not allowed'])
})

it('refuses a list without packages, which pnpm writes before an installation', () => {
  expect(licenceProblems('{}')).toEqual(['pnpm lists no licences: are the packages installed?'])
})
