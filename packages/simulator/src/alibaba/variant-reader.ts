import { fieldReader, readFields, readNumber, readOneOf, readOptional } from '../read-json.js'
import type { BatchVariants } from './batch.js'

/** Readers of variants that came as JSON, each with the default of its variant. */
export interface VariantReader {
  /** Reads one of a few texts. */
  choice<const T extends string>(name: string, choices: readonly T[], usual: T): T
  number(name: string, usual: number): number
  /** Reads the variants of a batch. */
  batch(usual: BatchVariants): BatchVariants
}

/** Creates a reader of these variants. Throws `TypeError` if one is not known. */
export function variantReader(value: unknown, path: string, known: readonly string[]): VariantReader {
  const field = fieldReader(readFields(value, path, known), path)
  const choice = <const T extends string>(name: string, choices: readonly T[], usual: T): T =>
    field(name, readOptional(readOneOf(choices))) ?? usual
  return {
    choice,
    number: (name, usual) => field(name, readOptional(readNumber)) ?? usual,
    batch: (usual) => ({
      values: choice('values', ['numbers', 'strings'], usual.values),
      itemCode: choice('itemCode', ['text', 'number', 'number-and-sentence'], usual.itemCode),
      batchTotal: choice('batchTotal', ['items', 'more'], usual.batchTotal),
      resultOrder: choice('resultOrder', ['as-given', 'shuffled'], usual.resultOrder),
    }),
  }
}
