import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { FaultMap } from '../../../resource/form/faults';
import type { Setting } from '../model/form';
import './entries.css';

/** Those that topics are given most; any other may be typed. */
const usual = [
  { value: 'cleanup.policy', description: 'delete or compact' },
  { value: 'retention.ms', description: 'how long records are kept, in milliseconds' },
  { value: 'retention.bytes', description: 'how much of a partition is kept' },
  { value: 'min.insync.replicas', description: 'with fewer, nothing is written' },
  { value: 'max.message.bytes', description: 'the largest batch of records' },
  { value: 'compression.type', description: 'producer, zstd, lz4, snappy, gzip or uncompressed' },
];

interface Props {
  label: ReactNode;
  path: string;
  settings: readonly Setting[];
  faults: FaultMap;
  onChange: (settings: Setting[]) => void;
}

/** Keys by Kafka's own names, with their values. */
export function SettingsField({ label, path, settings, faults, onChange }: Props) {
  const set = (index: number, changed: Partial<Setting>) =>
    onChange(settings.map((setting, at) => (at === index ? { ...setting, ...changed } : setting)));
  return (
    <FormField
      label={label}
      description="By Kafka’s own names. What is not said is as in the defaults above."
      errorText={faults.get(path)}
      stretch
    >
      <SpaceBetween size="xs">
        {settings.map(({ key, value }, index) => (
          // Entries are what their position says; two keys may be equal while one is being typed.
          <FormField key={index} errorText={faults.get(`${path}.${key}`)} stretch>
            <div className="entry-line">
              <Autosuggest
                value={key}
                options={usual}
                placeholder="retention.ms"
                ariaLabel={`Key ${index + 1}`}
                enteredTextLabel={(text) => `Use ${text}`}
                onChange={({ detail }) => set(index, { key: detail.value })}
              />
              <Input
                value={value}
                ariaLabel={`Value of ${key === '' ? `key ${index + 1}` : key}`}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => set(index, { value: detail.value })}
              />
              <Button
                variant="icon"
                iconName="close"
                ariaLabel={`Remove ${key === '' ? `key ${index + 1}` : key}`}
                onClick={() => onChange(settings.filter((_, at) => at !== index))}
              />
            </div>
          </FormField>
        ))}
        <Button iconName="add-plus" onClick={() => onChange([...settings, { key: '', value: '' }])}>
          Add key
        </Button>
      </SpaceBetween>
    </FormField>
  );
}
