import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import type { FieldsProps } from '../../../resource/form/description';
import { sizesIn } from '../../../resource/form/sizes';
import { machineRoles } from '../model/counts';
import type { KafkaForm } from '../model/form';
import { hintsOf } from '../model/hints';
import { AccessSection } from './AccessSection';
import { BasicSection } from './BasicSection';
import { CareSection } from './CareSection';
import { DefaultsSection } from './DefaultsSection';
import { RoleSection } from './RoleSection';
import type { SectionProps } from './section';
import { TopicsSection } from './TopicsSection';
import { UsersSection } from './UsersSection';

/** The form of a cluster, section by section. */
export function ClusterFields(props: FieldsProps<KafkaForm>) {
  const { editor, sizes } = props;
  const { form } = editor;
  const { region } = form;
  const offered = useMemo(() => sizesIn(sizes, region), [sizes, region]);
  const hints = useMemo(() => hintsOf(form, sizes), [form, sizes]);
  const section: SectionProps = { ...props, offered, hints };
  return (
    <SpaceBetween size="l">
      <BasicSection {...section} />
      {machineRoles(form).map((role) => (
        <RoleSection key={role} {...section} role={role} />
      ))}
      <AccessSection {...section} />
      <DefaultsSection {...section} />
      <TopicsSection {...section} />
      <UsersSection {...section} />
      <CareSection {...section} />
    </SpaceBetween>
  );
}
