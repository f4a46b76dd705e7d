import Select, { type SelectProps } from '@cloudscape-design/components/select';
import type { Size } from '../../api/types';
import { formatBytes, formatMoney } from '../../parts/format';
import { findSize } from './sizes';

const capacity = (size: Size) => `${size.vcpus} vCPU · ${formatBytes(size.memoryBytes)}`;

function optionOf(size: Size): SelectProps.Option {
  return {
    value: size.slug,
    label: size.slug,
    description: capacity(size),
    labelTag: `${formatMoney(size.priceMonthlyUsd)}/month`,
  };
}

interface Props {
  value: string;
  /** What is offered here. A present size that is sold no more stays selectable by staying selected. */
  sizes: readonly Size[];
  onChange: (slug: string) => void;
  loading?: boolean;
  placeholder?: string;
}

/** Sizes with processors, memory and price. */
export function SizeSelect({ value, sizes, onChange, loading = false, ...rest }: Props) {
  const chosen = findSize(sizes, value);
  return (
    <Select
      {...rest}
      options={sizes.map(optionOf)}
      selectedOption={value === '' ? null : chosen ? optionOf(chosen) : { value, label: value }}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      statusType={loading ? 'loading' : 'finished'}
      loadingText="Asking what the provider sells"
      empty="No size is sold in this region"
      triggerVariant="option"
      filteringType="auto"
      filteringPlaceholder="Find a size"
      filteringAriaLabel="Find a size"
    />
  );
}
