export const root: string;
export function install(): void;
export function rememberInstall(): void;
export function findNode(): string;
export function environment(): Readonly<Record<string, string | undefined>>;
