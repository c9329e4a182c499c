-- What coordinates several desktops and workers: decisions, effects, leases, answered mutations, sealed secrets, spacing.

create table public.decisions (
  id uuid primary key,
  organisation_id uuid not null references public.organisations (id),
  job_id uuid not null references public.registration_jobs (id),
  kind text not null,
  decided_by text not null,
  decided_at timestamptz not null,
  data jsonb not null default '{}',
  recorded_by uuid
);
create index decisions_job_idx on public.decisions (job_id, decided_at);

-- Before a call leaves, its intent stands here under a valid lease; a true outcome is accepted late (reliability §1.4).
create table public.effects (
  organisation_id uuid not null references public.organisations (id),
  job_id uuid not null references public.registration_jobs (id),
  name text not null,
  generation int not null,
  effect_class text not null check (effect_class in ('read', 'put', 'keyed', 'queryable', 'blind')),
  state text not null check (state in ('intent', 'succeeded', 'failed', 'unknown')),
  idempotency_key text not null,
  request_sha256 text not null,
  token bigint not null,
  attempt int not null default 1,
  sent_at timestamptz,
  provider_reference text,
  result jsonb not null default '{}',
  primary key (job_id, name, generation),
  unique (organisation_id, idempotency_key)
);

create table public.effect_events (
  id bigint generated always as identity primary key,
  organisation_id uuid not null references public.organisations (id),
  job_id uuid not null references public.registration_jobs (id),
  name text not null,
  generation int not null,
  kind text not null,
  at timestamptz not null,
  detail jsonb not null default '{}'
);
create index effect_events_job_idx on public.effect_events (job_id, id);
create index effect_events_organisation_idx on public.effect_events (organisation_id);

create table public.run_leases (
  organisation_id uuid not null references public.organisations (id),
  resource_id text not null,
  instance_id text not null,
  token bigint not null,
  expires_at timestamptz not null,
  user_id uuid not null,
  primary key (organisation_id, resource_id)
);

create table public.applied_mutations (
  organisation_id uuid not null references public.organisations (id),
  mutation_id text not null check (length(mutation_id) between 1 and 200),
  user_id uuid not null,
  body_sha256 text not null,
  answer jsonb not null default '{}',
  applied_at timestamptz not null default now(),
  primary key (organisation_id, mutation_id)
);
create index applied_mutations_age_idx on public.applied_mutations (applied_at);

-- Ciphertext only; the key is released by a function and never stands beside it.
create table public.execution_secrets (
  id uuid primary key,
  organisation_id uuid not null references public.organisations (id),
  job_id uuid not null references public.registration_jobs (id),
  field text not null,
  key_version int not null,
  nonce bytea not null,
  ciphertext bytea not null
);
create index execution_secrets_job_idx on public.execution_secrets (job_id);
create index execution_secrets_organisation_idx on public.execution_secrets (organisation_id);

create table public.spacing_slots (
  organisation_id uuid not null references public.organisations (id),
  name text not null,
  at timestamptz not null,
  primary key (organisation_id, name)
);

-- `epoch` changes when a database was restored, which makes every reader start over.
create table public.sync_meta (
  organisation_id uuid primary key references public.organisations (id) on delete cascade,
  epoch uuid not null default gen_random_uuid(),
  schema_version int not null default 1
);
insert into public.sync_meta (organisation_id) select id from public.organisations on conflict do nothing;

-- Each synced row says which transaction wrote it last; readers go up to the oldest one that is still open.
do $$
declare v_table text;
begin
  foreach v_table in array array['restaurants', 'leads', 'menus', 'extraction_jobs', 'registration_batch_jobs',
    'registration_jobs', 'registration_job_steps', 'companies_office_search_candidates', 'decisions']
  loop
    execute pg_catalog.format('alter table public.%I add column if not exists row_xid xid8 not null default ''0''', v_table);
    execute pg_catalog.format('alter table public.%I add column if not exists updated_by uuid', v_table);
    execute pg_catalog.format('alter table public.%I add column if not exists deleted_at timestamptz', v_table);
    if v_table <> 'menus' then  -- the original's menus have a version of their own: the menu's
      execute pg_catalog.format('alter table public.%I add column if not exists version bigint not null default 1', v_table);
    end if;
    execute pg_catalog.format('create index %I on public.%I (organisation_id, row_xid, id)', v_table || '_change_idx', v_table);
  end loop;
end $$;

-- Counting the jobs of a page of batches reads this index alone.
create index registration_jobs_batch_idx on public.registration_jobs (batch_job_id, status, current_step) include (organisation_id, deleted_at);
