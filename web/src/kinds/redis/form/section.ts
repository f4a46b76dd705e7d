import type { FieldsProps } from '../../../resource/form/description';
import type { RedisForm } from '../model/form';
import type { Hint } from '../../../resource/form/hints';
import type { Size } from '../model/types';

/** What every section of the form is given. */
export interface SectionProps extends FieldsProps<RedisForm> {
  readonly hints: readonly Hint[];
  /** The sizes that the chosen region sells; `sizes` are all that the provider knows, for prices. */
  readonly offered: readonly Size[];
}
