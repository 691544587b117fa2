const cleanups =
  /^(unlink|rm|rmdir|remove|close|cancel|destroy|abort|end|kill|releaseLock|release|disconnect|dispose|terminate|stop|unref|removeListener|off|unsubscribe|clear\w*|cleanup|rollback)(Sync|Async)?$/i;

/** Whether a call of this name tidies up, where a failure leaves nothing to do. */
export function isCleanup(name: string | undefined): boolean {
  return name !== undefined && cleanups.test(name);
}
