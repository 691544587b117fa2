import type { Generated } from 'kysely';

export interface ProjectsTable {
  readonly id: Generated<number>;
  readonly name: string;
  readonly created_at: string;
}

export interface ReportsTable {
  /** Order of arrival. */
  readonly sequence: Generated<number>;
  readonly id: string;
  readonly project_id: number;
  readonly received_at: string;
  /** What sent it: the User-Agent, e.g. `seaworthy/0.1.0`. */
  readonly sent_by: string;
  readonly digest: string;
  readonly overall: number | null;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** The bytes as they came. */
  readonly body: string;
}

export interface Tables {
  readonly projects: ProjectsTable;
  readonly reports: ReportsTable;
}
