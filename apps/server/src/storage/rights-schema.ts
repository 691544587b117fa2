/** Who sees the reports of a project: everybody who reaches the server, every account, or its members. */
export type Visibility = 'public' | 'internal' | 'private';

/** What a member of a project may do: each role may do what the ones before it may. */
export type ProjectRole = 'reader' | 'pusher' | 'owner';

export interface ProjectMembersTable {
  readonly project_id: number;
  readonly account_id: number;
  readonly role: ProjectRole;
  readonly added_at: string;
}

/** A password may be set with a code that an admin has given to somebody. */
export interface PasswordResetsTable {
  /** SHA-256 of the code. */
  readonly hash: string;
  /** One for each account: the newest. */
  readonly account_id: number;
  /** The admin. */
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export interface RightsTables {
  readonly project_members: ProjectMembersTable;
  readonly password_resets: PasswordResetsTable;
}
