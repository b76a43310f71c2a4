import { parseJson } from '@cloud-keypair/core/credentials'
import type { AttachPlace, Place } from '@cloud-keypair/fleet'
import * as v from 'valibot'
import { clouds } from '../clouds.js'
import { readText } from '../instance-ids.js'
import type { InputStream } from '../surroundings.js'
import { usageError } from '../usage-error.js'

/** Describes the option `--places`. */
export const placesOption =
  'a JSON file with the places: [{ "provider", "account", "region" }]; - is the standard input'

const text = v.optional(v.string())
const place = {
  provider: v.picklist([...clouds.keys()]),
  account: text,
  region: text,
}
const placesSchema = v.array(v.strictObject({ ...place, instanceIds: v.optional(v.array(v.string())) }))
const attachPlacesSchema = v.array(v.strictObject({ ...place, instanceIds: v.array(v.string()) }))

const form =
  'It is an array of objects with provider, as --cloud takes it, account, as --profile takes it, and region; for an attach with instanceIds.'

/** Reads places, for an operation that finds the instances itself. */
export async function readPlaces(file: string, stdin: InputStream): Promise<readonly Place[]> {
  const places = parsed(placesSchema, await readText(file, stdin), file)
  return places.map(({ instanceIds: _, ...rest }) => rest)
}

/** Reads places with the instances that an attach changes. */
export async function readAttachPlaces(file: string, stdin: InputStream): Promise<readonly AttachPlace[]> {
  return parsed(attachPlacesSchema, await readText(file, stdin), file)
}

function parsed<S extends v.GenericSchema>(schema: S, content: string, file: string): v.InferOutput<S> {
  const json = parseJson(content)
  const title = file === '-' ? 'the standard input' : file
  if (json === undefined) throw usageError(`${title} is not JSON`, form)
  const result = v.safeParse(schema, json)
  if (result.success) return result.output
  const [issue] = result.issues
  const problem = [v.getDotPath(issue), issue.message].filter((part) => part !== null).join(': ')
  throw usageError(`${title} does not hold places: ${problem}`, form)
}
