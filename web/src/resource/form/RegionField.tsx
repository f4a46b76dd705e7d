import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import type { Region } from '../../api/types';

interface Props {
  region: string;
  regions: readonly Region[];
  loading: boolean;
  /** Why it cannot be changed; without it, it can. */
  fixed?: string | undefined;
  fault: string | undefined;
  onChange: (region: string) => void;
}

/** Where machines stand: one of the regions that take some. */
export function RegionField({ region, regions, loading, fixed, fault, onChange }: Props) {
  const open = regions.filter(({ available }) => available);
  const name = regions.find(({ slug }) => slug === region)?.name;
  return (
    <FormField label="Region" constraintText={fixed} errorText={fault}>
      <Select
        selectedOption={region === '' ? null : { value: region, label: labelOf(region, name) }}
        disabled={fixed !== undefined}
        placeholder="Choose a region"
        options={open.map(({ slug, name }) => ({ value: slug, label: labelOf(slug, name) }))}
        statusType={loading ? 'loading' : 'finished'}
        loadingText="Asking the provider for its regions"
        empty="The provider has no region that takes machines"
        filteringType="auto"
        filteringAriaLabel="Find a region"
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

const labelOf = (slug: string, name: string | undefined) => (name === undefined ? slug : `${slug} · ${name}`);
