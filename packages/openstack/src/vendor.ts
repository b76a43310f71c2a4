import { type Loader, loadOnce } from '@cloud-keypair/core/http'

type ReadYaml = (text: string) => unknown

/** Loads what reads a clouds.yaml. */
export const loadYaml: Loader<ReadYaml> = loadOnce('yaml', async () => {
  const { parse } = await import('yaml')
  return (text) => parse(text, { logLevel: 'error' })
})
