/** True if a text can be the name of a key pair that the cloud generates. */
export function isCreatedName(name: string): boolean {
  return hasForm(name) && /^[A-Za-z][A-Za-z0-9:_-]*$/.test(name)
}

/** True if a text can be the name of a key pair that is imported to ECS: any letters, and a full stop. */
export function isImportedName(name: string): boolean {
  return hasForm(name) && /^\p{L}[\p{L}\p{N}:_.-]*$/u.test(name)
}

function hasForm(name: string): boolean {
  return name.length >= 2 && name.length <= 128 && !/^https?:\/\//i.test(name)
}
