import type { Size } from '../../../api/types';
import type { FieldsProps } from '../../../resource/form/description';
import type { Hint } from '../../../resource/form/hints';
import type { KafkaForm } from '../model/form';

/** What every section of the form is given. */
export interface SectionProps extends FieldsProps<KafkaForm> {
  readonly hints: readonly Hint[];
  /** The sizes that the chosen region sells; `sizes` are all that the provider knows, for prices. */
  readonly offered: readonly Size[];
}
