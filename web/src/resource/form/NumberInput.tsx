import Input from '@cloudscape-design/components/input';
import { useState } from 'react';

interface Props {
  /** Null where nothing is said, and something else decides. */
  value: number | null;
  least: number;
  most: number;
  /** How many there may be; none where nothing is said. */
  decimals?: number;
  onChange: (value: number) => void;
  /** It may be left empty; without it, an empty field is half typed. */
  onClear?: () => void;
  placeholder?: string;
  ariaLabel?: string;
}

/** A number that may be half typed: it counts once it is one that is possible. */
export function NumberInput({ value, least, most, decimals = 0, onChange, onClear, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      {...rest}
      type="number"
      inputMode={decimals === 0 ? 'numeric' : 'decimal'}
      value={typed ?? (value === null ? '' : String(value))}
      step={10 ** -decimals}
      nativeInputAttributes={{ min: least, max: most }}
      onChange={({ detail }) => {
        const wanted = Number(detail.value);
        const isFine = Number(wanted.toFixed(decimals)) === wanted;
        const possible = detail.value !== '' && isFine && wanted >= least && wanted <= most;
        const cleared = detail.value === '' && onClear !== undefined;
        setTyped(possible || cleared ? null : detail.value);
        if (possible) onChange(wanted);
        if (cleared) onClear();
      }}
      onBlur={() => setTyped(null)}
      invalid={typed !== null && typed !== ''}
    />
  );
}
