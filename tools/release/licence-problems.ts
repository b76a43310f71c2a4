import * as v from 'valibot'

/** The licences of dependencies that an application under any licence can meet. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache License 2.0',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
])

const listSchema = v.record(v.string(), v.array(v.object({ name: v.string(), versions: v.array(v.string()) })))

/** Returns the packages that have another licence, of what `pnpm licenses list --json --prod` wrote. */
export function licenceProblems(list: string): readonly string[] {
  const licences = Object.entries(v.parse(listSchema, JSON.parse(list)))
  if (licences.length === 0) return ['pnpm lists no licences: are the packages installed?']
  return licences
    .filter(([licence]) => !allowed.has(licence))
    .flatMap(([licence, packages]) =>
      packages.map(({ name, versions }) => `${name} ${versions.join(', ')}: the licence ${licence} is not allowed`),
    )
}
