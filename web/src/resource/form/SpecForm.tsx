import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef } from 'react';
import { useGetRegionsQuery, useGetSizesQuery } from '../../api/catalog';
import { ProblemAlert } from '../../parts/ProblemAlert';
import type { FormDescription, Secrets } from './description';
import { BrokenText, OtherFaults } from './FaultAlerts';
import type { SpecEditor, View } from './use-spec-editor';
import { YamlView } from './YamlView';
import './form.css';

interface Props<Form extends object> {
  readonly description: FormDescription<Form>;
  readonly editor: SpecEditor<Form>;
  /** Null of a resource that does not exist yet. */
  readonly stored: Form | null;
  readonly secrets: Secrets;
  readonly onSecrets: (secrets: Secrets) => void;
}

/** A resource's spec, as the form of its kind or as YAML. */
export function SpecForm<Form extends object>({
  description,
  editor,
  stored,
  secrets,
  onSecrets,
}: Props<Form>) {
  const { names, Fields, isShown } = description;
  const noun = names.noun.one;
  const regions = useGetRegionsQuery();
  const sizes = useGetSizesQuery();
  const place = useRef<HTMLDivElement>(null);
  // Whoever asked for the plan and got faults is taken to the first of them.
  useEffect(() => {
    if (editor.serverFaults.length === 0) return;
    const first = place.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    (first ?? place.current)?.focus();
  }, [editor.serverFaults]);
  const catalogFault = regions.error ?? sizes.error;
  return (
    <div ref={place} tabIndex={-1} className="spec-form">
      <SpaceBetween size="l">
        <SegmentedControl
          selectedId={editor.view}
          label={`How to edit the ${noun}`}
          onChange={({ detail }) => editor.show(detail.selectedId as View)}
          options={[
            { id: 'form', text: 'Form' },
            { id: 'yaml', text: 'YAML' },
          ]}
        />
        {catalogFault !== undefined && (
          <ProblemAlert
            error={catalogFault}
            onRetry={() => {
              if (regions.error) void regions.refetch();
              if (sizes.error) void sizes.refetch();
            }}
          />
        )}
        {editor.view === 'yaml' ? (
          <YamlView noun={noun} editor={editor} secretFields={Object.keys(secrets)} />
        ) : (
          <SpaceBetween size="l">
            <BrokenText editor={editor} />
            <OtherFaults editor={editor} isShown={isShown} />
            <Fields
              editor={editor}
              exists={stored !== null}
              stored={stored}
              secrets={secrets}
              onSecrets={onSecrets}
              regions={regions.data ?? none}
              regionsLoading={regions.isLoading}
              sizes={sizes.data ?? none}
              sizesLoading={sizes.isLoading}
            />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </div>
  );
}

const none: readonly never[] = [];
