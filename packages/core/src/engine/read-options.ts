import type { ChangeOptions } from '../contract/change-options.js'
import type { ListOptions, NewKeyPair, OperationOptions } from '../contract/options.js'
import type { RotateOptions } from '../contract/rotation.js'
import type { AttachOptions } from '../contract/service.js'
import type {
  CreateInCloudOptions,
  CreateOptions,
  DeleteManyOptions,
  DeleteOptions,
  EnsureOptions,
  ImportOptions,
  ListKeyPairsOptions,
  UpdateOptions,
} from '../contract/store.js'
import { mustBe, mustBeKnown } from '../errors/type-checks.js'
import { shownText } from '../key-material/redact.js'

/**
 * The names of some options. The compiler sees to it that none is missing. `parsed`: the option is not copied here, since
 * its parser reads it once.
 */
export type OptionNames<Options> = Readonly<Record<keyof Options, true | 'parsed'>>

/** The options of each operation. */
interface OptionsOf {
  readonly create: CreateOptions
  readonly import: ImportOptions
  readonly ensure: EnsureOptions
  readonly createInCloud: CreateInCloudOptions
  readonly get: OperationOptions
  readonly list: ListKeyPairsOptions
  readonly update: UpdateOptions
  readonly delete: DeleteOptions
  readonly deleteMany: DeleteManyOptions
  readonly usages: ListOptions
  readonly audit: OperationOptions
  readonly attach: AttachOptions
  readonly detach: ChangeOptions
  readonly rotate: RotateOptions
  readonly plan: OperationOptions
  readonly bindings: OperationOptions
}

const operationOptions: OptionNames<OperationOptions> = { signal: true, deadlineMs: true, mayCall: true }
const listOptions: OptionNames<ListOptions> = { signal: true, pageDeadlineMs: true }
const newKeyPair: OptionNames<NewKeyPair> = { name: true, description: true, tags: true, group: true }
const createOptions: OptionNames<CreateOptions> = {
  ...newKeyPair,
  ...operationOptions,
  save: true,
  keyType: true,
  bits: true,
}
const deleteManyOptions: OptionNames<DeleteManyOptions> = { ...operationOptions, ifInUse: true }
const restartOptions = {
  maxUnavailable: true,
  force: true,
  repairDeadlineMs: true,
  check: true,
  onProgress: true,
  onCheckpoint: true,
  resume: 'parsed',
  expect: true,
} as const
const changeOptions: OptionNames<ChangeOptions> = {
  ...operationOptions,
  takeEffect: true,
  restartUnchanged: true,
  ...restartOptions,
}

// As objects, so that the compiler holds the names against the types.
const optionNames: { readonly [Operation in keyof OptionsOf]: OptionNames<OptionsOf[Operation]> } = {
  create: createOptions,
  import: { ...newKeyPair, ...operationOptions, publicKey: true },
  ensure: { ...newKeyPair, ...operationOptions, publicKey: true },
  createInCloud: { ...newKeyPair, ...operationOptions },
  get: operationOptions,
  list: { ...listOptions, namePattern: true, fingerprint: true, tags: true, group: true },
  update: { ...operationOptions, description: true, tags: true, group: true },
  delete: { ...deleteManyOptions, publicKey: true },
  deleteMany: deleteManyOptions,
  usages: listOptions,
  audit: operationOptions,
  attach: { ...changeOptions, onlyIfVacant: true },
  detach: changeOptions,
  rotate: { ...createOptions, publicKey: true, ...restartOptions, waveDeadlineMs: true },
  plan: operationOptions,
  bindings: operationOptions,
}

/** Deeper than any option of this library. */
const maxDepth = 8

/**
 * Copies the options of an operation, and reads each once: the caller may change its object while the operation runs.
 * Throws a `TypeError` for anything but an object, and for an unknown option.
 */
export function readOptions<Operation extends keyof OptionsOf>(
  operation: Operation,
  options: OptionsOf[Operation],
): OptionsOf[Operation] {
  return readFields(operation, optionNames[operation], options)
}

/** Copies the fields of an object that an operation takes, as {@link readOptions} copies its options. */
export function readFields<Options extends object>(
  operation: string,
  names: OptionNames<Options>,
  options: Options,
): Options {
  mustBe(typeof options === 'object' && options !== null, `The options of ${operation} are an object`)
  const copy = tryToRead(`What ${operation} was given`, () => ownAndInherited(names, options))
  mustBeKnown(operation, names, copy)
  return copy
}

function ownAndInherited<Options extends object>(names: OptionNames<Options>, options: Options): Options {
  const copy: Options = { ...options }
  for (const name in names) {
    if (!Object.hasOwn(copy, name) && name in options) copy[name] = options[name]
    if (names[name] === true && Object.hasOwn(copy, name)) copy[name] = copyData(copy[name])
  }
  return copy
}

/** Copies a value that the caller gave. Throws a `TypeError` if a field of it throws. */
export function readData<T>(operation: string, value: T): T {
  return tryToRead(`What ${operation} was given`, () => copyData(value))
}

/** Reads what a caller gave. Throws a `TypeError` if a getter or a proxy throws anything. */
export function tryToRead<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw new TypeError(`${what} cannot be read: ${shownText(thrown)}`, { cause: thrown })
  }
}

/** Copies arrays and plain objects, and returns everything else as it is: functions, signals, secrets. */
function copyData<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value
  const isList = Array.isArray(value)
  if (!isList && !isPlain(value)) return value
  // Not Object.assign for an object: a field named __proto__ would be lost.
  const copy: T = isList ? Object.assign([], value) : { ...value }
  for (const field in copy) copy[field] = copyData(copy[field], depth + 1)
  return copy
}

/** True for an object without a class, of any realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
}
