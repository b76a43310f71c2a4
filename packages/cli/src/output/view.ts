import { usageError } from '../usage-error.js'

/** A cell of a table; an absent one is shown as `-`. */
export type Cell = string | number | boolean | undefined

/** The rows for objects of a kind. */
export interface View<T> {
  /** Every column by its name. */
  readonly columns: Readonly<Record<string, (row: T) => Cell>>
  /** The columns that are shown unless `--columns` names others. */
  readonly usual: readonly string[]
  /** The columns of sentences and lists, which a narrow terminal breaks into lines in place of cutting them. */
  readonly wrapped?: readonly string[]
  /** Returns the only word of a row that `-o name` prints. */
  readonly nameOf: (row: T) => string
}

/** A column that is shown. */
export interface Column<T> {
  readonly title: string
  readonly of: (row: T) => Cell
}

/** Returns the columns to show. Throws a usage error for a column that there is not. */
export function columnsOf<T>(view: View<T>, wanted: readonly string[] | undefined): readonly Column<T>[] {
  return (wanted ?? view.usual).map((title) => {
    const of = Object.hasOwn(view.columns, title) ? view.columns[title] : undefined
    if (of === undefined) {
      throw usageError(`there is no column ${title}`, `The columns are ${Object.keys(view.columns).join(', ')}.`)
    }
    return { title, of }
  })
}
