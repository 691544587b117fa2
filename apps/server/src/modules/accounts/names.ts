/** Whether an account may be called so. */
export function isAccountName(name: string): boolean {
  return /^[a-z\d][a-z\d_.-]{0,63}$/.test(name);
}

/** A stranger's text in a message: short, and of plain characters. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
