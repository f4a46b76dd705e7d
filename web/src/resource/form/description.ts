import type { ComponentType } from 'react';
import type { Region, Size } from '../../api/types';
import type { KindNames } from '../kind';
import type { Meeting } from './differences';
import type { Spec, SpecFormat } from './format';
import type { SpecEditor } from './use-spec-editor';

/** Secrets of a request by their fields; null lets the server generate one. They are part of no spec and no YAML, and
 *  never come back but through the credentials. */
export type Secrets = Readonly<Record<string, string | null>>;

/** Where secrets are fields of the spec itself. */
export const besideOthers = (spec: Spec, secrets: Secrets): Spec => ({ ...spec, ...secrets });

/** What the provider sells, as far as it has answered. */
export interface Catalog {
  readonly regions: readonly Region[];
  readonly regionsLoading: boolean;
  readonly sizes: readonly Size[];
  readonly sizesLoading: boolean;
}

export interface FieldsProps<Form extends object> extends Catalog {
  readonly editor: SpecEditor<Form>;
  /** The resource exists: some fields are fixed, and the secrets that it has are changed elsewhere. */
  readonly exists: boolean;
  /** What is stored of it; null of one that is only being made. */
  readonly stored: Form | null;
  readonly secrets: Secrets;
  readonly onSecrets: (secrets: Secrets) => void;
}

/** What a kind adds to the pages that create and update. */
export interface FormDescription<Form extends object> {
  readonly names: KindNames;
  readonly format: SpecFormat<Form>;
  readonly newForm: () => Form;
  readonly newSecrets: Secrets;
  /** Puts secrets where a request takes them; without it, they are fields of the spec itself. */
  readonly withSecrets?: (spec: Spec, secrets: Secrets) => Spec;
  /** Below the title of the page that updates. */
  readonly updateHint: string;
  readonly Fields: ComponentType<FieldsProps<Form>>;
  /** Whether a field of that path shows its fault itself. */
  readonly isShown: (path: string) => boolean;
  readonly sumOf: (form: Form, sizes: readonly Size[]) => { machines: number; monthlyUsd: number | null };
  /** The body of a request that deploys one. */
  readonly deployBody: (spec: Spec) => object;
  /** The merge patch from what is stored to what the form asks for; null when it asks for nothing else. */
  readonly patchOf: (base: Form, form: Form) => Spec | null;
  /** Puts what I changed since `base` on top of what somebody else made of it. */
  readonly rebase: (base: Form, mine: Form, theirs: Form) => Meeting<Form>;
}
