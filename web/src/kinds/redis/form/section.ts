import type { Hint } from '../model/hints';
import type { Region, Size } from '../model/types';
import type { SpecEditor } from './use-spec-editor';

/** What every section of the form is given. */
export interface SectionProps {
  readonly editor: SpecEditor;
  readonly hints: readonly Hint[];
  readonly regions: readonly Region[];
  readonly regionsLoading: boolean;
  /** All that the provider knows, for prices. */
  readonly sizes: readonly Size[];
  /** Those that the chosen region sells. */
  readonly offered: readonly Size[];
  readonly sizesLoading: boolean;
  /** The cluster exists: some fields are fixed. */
  readonly exists: boolean;
}
