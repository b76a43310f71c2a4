import type { Naming } from '../request.js'

/** The requests of ENS are called as on the wire already. */
export const ensNaming: Naming = ({ fields }) => fields
