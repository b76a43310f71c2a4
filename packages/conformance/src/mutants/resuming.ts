import { answering, batchIn, batchWith, done, incompleteWith } from './answers.js'
import { ofService } from './break.js'
import { attachOptions, beginsAnew } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'
import { err, ok } from '@cloud-keypair/core'

/** Ways to go on from a checkpoint and to believe too much of it, or too little. */
export const resumingMutants: readonly Mutant[] = [
  ...killedBy('KP-RESUME-01', 7, {
    'a resume assumes that done instances are unchanged': ofService('attach', (service, keyPair, ids, options = {}) => {
      const before = options.resume?.instances.filter(({ step }) => step === 'done').map(({ id }) => id) ?? []
      const rest = ids.filter((id) => !before.includes(id))
      return answering(service.attach(keyPair, rest, options), (result) => {
        const items = batchIn(result)?.items
        if (items === undefined) return result
        const all = batchWith(
          ids.flatMap((id) => (before.includes(id) ? [done(id)] : items.filter((item) => item.id === id))),
        )
        return result.isOk() ? ok(all) : err(incompleteWith(result.error, all))
      })
    }),
  }),
  ...killedBy('KP-RESUME-02', 7, {
    'a stopped instance in progress is always a conflict': attachOptions(({ resume, ...options }) => {
      const isStopped = resume?.instances.some(({ power, step }) => power === 'stopped' && step === 'in-progress')
      return { ...options, ...(resume && { resume: isStopped ? { ...resume, region: 'nowhere' } : resume }) }
    }),
  }),
  ...killedBy('KP-RESUME-03', 7, { 'a resume does not wait for what the run before may still do': beginsAnew }),
  ...killedBy('KP-RESUME-04', 7, {
    'a resume without restartUnchanged skips a restart that is due': ofService(
      'attach',
      (service, keyPair, ids, options = {}) =>
        options.resume !== undefined && options.restartUnchanged === false
          ? service.attach(keyPair, ids)
          : service.attach(keyPair, ids, options),
    ),
  }),
  ...killedBy('KP-RESUME-05', 7, {
    'a checkpoint of any namesake is accepted': ofService('attach', (service, keyPair, ids, options = {}) => {
      const { resume } = options
      if (resume === undefined) return service.attach(keyPair, ids, options)
      return answering(service.attach(keyPair, ids, options), async (result) => {
        const found = await service.get(keyPair)
        if (found.isErr() || found.value.name !== resume.keyPair.name) return result
        const { name, id, fingerprint } = found.value
        const meant = { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
        return service.attach(keyPair, ids, { ...options, resume: { ...resume, keyPair: meant } })
      })
    }),
  }),
  ...killedBy('KP-RESUME-06', 7, {
    'a resumed rotation changes several instances before one succeeded': ofService(
      'rotate',
      (service, replaced, { resume, ...options }) => {
        const tried = { id: 'nobody', power: 'running', keyPair: null, step: 'done' } as const
        const instances = [...(resume?.instances ?? []), tried]
        return service.rotate(replaced, { ...options, ...(resume && { resume: { ...resume, instances } }) })
      },
    ),
  }),
]
