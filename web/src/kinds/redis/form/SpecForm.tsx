import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useMemo, useRef } from 'react';
import { useGetRegionsQuery, useGetSizesQuery } from '../../../api/catalog';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { YamlEditor } from '../../../parts/YamlEditor';
import { faultsBeside } from '../model/faults';
import { kRoles } from '../model/form';
import { hintsOf } from '../model/hints';
import { sizesIn } from '../model/sizes';
import { AccessSection } from './AccessSection';
import { BasicSection } from './BasicSection';
import { CareSection } from './CareSection';
import { RoleSection } from './RoleSection';
import type { SectionProps } from './section';
import type { SpecEditor, View } from './use-spec-editor';

interface Props {
  readonly editor: SpecEditor;
  readonly exists: boolean;
  readonly password: string | null;
  readonly onPassword: (password: string | null) => void;
}

/** A cluster's spec, as a form or as YAML. */
export function SpecForm({ editor, exists, password, onPassword }: Props) {
  const regions = useGetRegionsQuery();
  const sizes = useGetSizesQuery();
  const place = useRef<HTMLDivElement>(null);
  const { region } = editor.form;
  const offered = useMemo(() => sizesIn(sizes.data ?? [], region), [sizes.data, region]);
  const hints = useMemo(() => hintsOf(editor.form, sizes.data ?? []), [editor.form, sizes.data]);
  // Whoever asked for the plan and got faults is taken to the first of them.
  useEffect(() => {
    if (editor.serverFaults.length === 0) return;
    const first = place.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    (first ?? place.current)?.focus();
  }, [editor.serverFaults]);
  const section: SectionProps = {
    editor,
    hints,
    exists,
    regions: regions.data ?? [],
    regionsLoading: regions.isLoading,
    sizes: sizes.data ?? [],
    offered,
    sizesLoading: sizes.isLoading,
  };
  const catalogFault = regions.error ?? sizes.error;
  return (
    <div ref={place} tabIndex={-1} className="spec-form">
      <SpaceBetween size="l">
        <SegmentedControl
          selectedId={editor.view}
          label="How to edit the cluster"
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
          <YamlView editor={editor} fault={editor.faults.get('systemPassword')} />
        ) : (
          <SpaceBetween size="l">
            <BrokenText editor={editor} />
            <OtherFaults editor={editor} />
            <BasicSection {...section} />
            {kRoles
              .filter((role) => editor.form.type === 'sentinel' || role === 'master')
              .map((role) => (
                <RoleSection key={role} {...section} role={role} />
              ))}
            <AccessSection {...section} password={password} onPassword={onPassword} />
            <CareSection {...section} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </div>
  );
}

function YamlView({ editor, fault }: { editor: SpecEditor; fault: string | undefined }) {
  return (
    <SpaceBetween size="m">
      {fault !== undefined && (
        <Alert type="error" i18nStrings={{ errorIconAriaLabel: 'Error' }} header="The password in the form">
          {fault}
        </Alert>
      )}
      <YamlEditor
        label="The cluster as YAML"
        description={
          <>
            What <code>ashlar apply</code> takes. The password has no place in it; it is given in the form.
          </>
        }
        text={editor.yaml}
        onChange={editor.typeYaml}
        faults={editor.yamlFaults}
      />
    </SpaceBetween>
  );
}

/** The text is kept while it cannot be read; a change of the form discards it, so whoever returns is told. */
function BrokenText({ editor }: { editor: SpecEditor }) {
  if (!editor.broken) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header="The YAML has faults"
      action={<Button onClick={() => editor.show('yaml')}>Back to the YAML</Button>}
    >
      This form shows what was last understood. The text is kept until you change something here.
    </Alert>
  );
}

function OtherFaults({ editor }: { editor: SpecEditor }) {
  const beside = faultsBeside(editor.faults);
  if (beside.length === 0) return null;
  return (
    <Alert
      type="error"
      i18nStrings={{ errorIconAriaLabel: 'Error' }}
      header="Faults that are edited in the YAML view"
      action={<Button onClick={() => editor.show('yaml')}>Show the YAML</Button>}
    >
      <ul>
        {beside.map(({ path, message }) => (
          <li key={path}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
