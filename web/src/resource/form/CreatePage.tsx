import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useGetSizesQuery } from '../../api/catalog';
import { problemOf } from '../../api/problem';
import { useCreateResourceMutation, usePlanCreationMutation } from '../../api/servers';
import type { PlanPreview } from '../../api/types';
import { capital } from '../../parts/format';
import { newIdempotencyKey } from '../../parts/idempotency-key';
import { NoPermissionPage } from '../../parts/NoPermissionPage';
import { Page } from '../../parts/Page';
import { usePermission } from '../../state/usePermission';
import { crumbsOf } from '../kind';
import { useHandover } from '../use-handover';
import { besideOthers, type FormDescription } from './description';
import { EditActions } from './FormActions';
import type { Spec } from './format';
import { PlanFault } from './PlanFault';
import { PlanReview } from './PlanReview';
import { SpecForm } from './SpecForm';
import { useSpecEditor } from './use-spec-editor';

interface Props<Form extends object> {
  description: FormDescription<Form>;
}

export function CreatePage<Form extends object>(props: Props<Form>) {
  const { mayAct } = usePermission();
  return mayAct('create') ? <Create {...props} /> : <NoPermissionPage needed="servers:create" />;
}

/** A plan as it was shown, with the request that it answers: what is accepted is what was seen. */
interface Review {
  readonly plan: PlanPreview;
  readonly spec: Spec;
  /** One key a review: a click that is repeated, or a request that is, deploys once. */
  readonly key: string;
}

function Create<Form extends object>({ description }: Props<Form>) {
  const { names, format, newForm, newSecrets, withSecrets = besideOthers, sumOf, deployBody } = description;
  const navigate = useNavigate();
  const handOver = useHandover();
  const [begun] = useState(newForm);
  const editor = useSpecEditor(begun, format, { listed: false });
  const [secrets, setSecrets] = useState(newSecrets);
  const [review, setReview] = useState<Review | null>(null);
  const { data: sizes = [] } = useGetSizesQuery();
  const [plan, planning] = usePlanCreationMutation();
  const [create, creating] = useCreateResourceMutation();

  const ask = async () => {
    const spec = withSecrets(format.write(editor.form), secrets);
    editor.showFaults([]);
    try {
      const answer = await plan({ kind: names.kind, spec }).unwrap();
      setReview({ plan: answer, spec, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      editor.showFaults(problemOf(error).errors);
    }
  };
  const submit = async ({ spec, key }: Review) => {
    try {
      const { collection } = names;
      handOver(await create({ collection, body: deployBody(spec), key }).unwrap());
    } catch (error) {
      const { errors } = problemOf(error);
      if (errors.length === 0) return;
      editor.showFaults(errors);
      setReview(null);
    }
  };

  const crumbs = crumbsOf(names);
  if (review !== null)
    return (
      <PlanReview
        title={`Review ${review.plan.resourceName}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel={`Deploy ${capital(names.noun.one)}`}
        change={creating}
        onSubmit={() => void submit(review)}
        onBack={() => setReview(null)}
      />
    );
  return (
    <Page
      title={`Create ${names.title.one}`}
      crumbs={crumbs}
      description="Nothing is made before you have seen the plan with its cost and accepted it."
    >
      <SpaceBetween size="l">
        <PlanFault error={planning.error ?? creating.error} editor={editor} />
        <SpecForm
          description={description}
          editor={editor}
          stored={null}
          secrets={secrets}
          onSecrets={setSecrets}
        />
        <EditActions
          sum={sumOf(editor.form, sizes)}
          planning={planning.isLoading}
          disabledReason={editor.broken ? 'The YAML has faults' : undefined}
          onPlan={() => void ask()}
          onCancel={() => void navigate(names.path)}
        />
      </SpaceBetween>
    </Page>
  );
}
