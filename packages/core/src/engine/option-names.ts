import type { ChangeOptions, ChangeRequest, RotateRequest } from '../contract/change-options.js'
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
import type { OptionNames } from './read-options.js'

// The names of the options of every operation, as objects, so that the compiler holds them against the types.

export const operationOptions: OptionNames<OperationOptions> = {
  signal: true,
  deadlineMs: true,
  mayCall: true,
}

export const listOptions: OptionNames<ListOptions> = { signal: true, pageDeadlineMs: true }

const newKeyPair: OptionNames<NewKeyPair> = { name: true, description: true, tags: true, group: true }

export const createOptions: OptionNames<CreateOptions> = {
  ...newKeyPair,
  ...operationOptions,
  save: true,
  keyType: true,
  bits: true,
}

export const importOptions: OptionNames<ImportOptions> = { ...newKeyPair, ...operationOptions, publicKey: true }

export const ensureOptions: OptionNames<EnsureOptions> = { ...importOptions }

export const createInCloudOptions: OptionNames<CreateInCloudOptions> = { ...newKeyPair, ...operationOptions }

export const listKeyPairsOptions: OptionNames<ListKeyPairsOptions> = {
  ...listOptions,
  namePattern: true,
  fingerprint: true,
  tags: true,
  group: true,
}

export const updateOptions: OptionNames<UpdateOptions> = {
  ...operationOptions,
  description: true,
  tags: true,
  group: true,
}

export const deleteManyOptions: OptionNames<DeleteManyOptions> = { ...operationOptions, ifInUse: true }

export const deleteOptions: OptionNames<DeleteOptions> = { ...deleteManyOptions, publicKey: true }

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

export const changeOptions: OptionNames<ChangeOptions> = {
  ...operationOptions,
  takeEffect: true,
  restartUnchanged: true,
  ...restartOptions,
}

export const attachOptions: OptionNames<AttachOptions> = { ...changeOptions, onlyIfVacant: true }

export const rotateOptions: OptionNames<RotateOptions> = {
  ...createOptions,
  publicKey: true,
  ...restartOptions,
  waveDeadlineMs: true,
}

export const changeRequestFields: OptionNames<ChangeRequest> = {
  operation: true,
  keyPair: true,
  instanceIds: true,
  maxUnavailable: true,
  force: true,
  restartUnchanged: true,
  onlyIfVacant: true,
}

export const rotateRequestFields: OptionNames<RotateRequest> = {
  ...newKeyPair,
  operation: true,
  replaced: true,
  publicKey: true,
  maxUnavailable: true,
  force: true,
}
