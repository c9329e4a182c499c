-- The tables of a team workspace, with the original's names and columns; an existing project that already holds them is adopted.
-- Missing tables and columns are added, `action_required` becomes a legal status, ids from outside become text. Nothing is dropped.

create table if not exists public.organisations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  status text not null default 'active',
  settings jsonb not null default '{}',
  feature_flags jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.organisation_members (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  user_id uuid not null,
  role text not null default 'member',
  created_at timestamptz not null default now(),
  primary key (organisation_id, user_id)
);
alter table public.organisation_members add column if not exists role text not null default 'member';
alter table public.organisation_members add column if not exists revoked_at timestamptz;
create index if not exists organisation_members_user_idx on public.organisation_members (user_id, organisation_id);

create table if not exists public.restaurants (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id),
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.leads (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id),
  restaurant_name text not null default '',
  step_progression_status text not null default 'available',
  converted_to_restaurant_id uuid,
  converted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.menus (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id),
  restaurant_id uuid references public.restaurants (id) on delete cascade,
  version int not null default 1,
  platform_id int,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.extraction_jobs (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id),
  restaurant_id uuid references public.restaurants (id) on delete cascade,
  job_id text,
  job_type text not null default 'full_menu',
  status text not null default 'pending',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.registration_batch_jobs (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id),
  name text not null,
  status text not null default 'pending',
  execution_mode text not null default 'parallel' check (execution_mode in ('sequential', 'parallel')),
  started_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  created_by uuid,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table if not exists public.registration_jobs (
  id uuid primary key default gen_random_uuid(),
  batch_job_id uuid references public.registration_batch_jobs (id) on delete cascade,
  restaurant_id uuid not null references public.restaurants (id) on delete cascade,
  organisation_id uuid not null references public.organisations (id),
  status text not null default 'pending',
  current_step int not null default 1,
  total_steps int not null default 6,
  execution_config jsonb not null default '{}',
  pumpd_user_id text,
  pumpd_restaurant_id text,
  error_message text,
  started_at timestamptz,
  completed_at timestamptz,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (batch_job_id, restaurant_id)
);

create table if not exists public.registration_job_steps (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null references public.registration_jobs (id) on delete cascade,
  step_number int not null check (step_number between 1 and 6),
  step_name text not null,
  step_description text,
  step_type text not null default 'automatic' check (step_type in ('automatic', 'action_required')),
  status text not null default 'pending',
  sub_step_progress jsonb not null default '{}',
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms int,
  error_message text,
  error_details jsonb,
  retry_count int not null default 0,
  max_retries int not null default 3,
  result_data jsonb not null default '{}',
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (job_id, step_number)
);

create table if not exists public.companies_office_search_candidates (
  id uuid primary key default gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants (id) on delete cascade,
  registration_job_id uuid references public.registration_jobs (id) on delete set null,
  search_queries jsonb not null default '{}',
  name_results jsonb not null default '[]',
  address_results jsonb not null default '[]',
  combined_results jsonb not null default '[]',
  candidate_count int not null default 0,
  selected_company_number text,
  selected_company_data jsonb,
  status text not null default 'pending',
  searched_at timestamptz,
  selected_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (restaurant_id, registration_job_id)
);

-- What the original's tables lack. Everything text may be missing in an adopted row; readers take null for "".
alter table public.restaurants
  add column if not exists slug text, add column if not exists address text, add column if not exists city text,
  add column if not exists email text, add column if not exists phone text, add column if not exists cuisine text[],
  add column if not exists opening_hours jsonb, add column if not exists website_url text,
  add column if not exists ubereats_url text, add column if not exists doordash_url text,
  add column if not exists facebook_url text, add column if not exists instagram_url text,
  add column if not exists contact_name text, add column if not exists contact_email text,
  add column if not exists contact_phone text, add column if not exists user_email text,
  add column if not exists subdomain text, add column if not exists theme text,
  add column if not exists primary_color text, add column if not exists secondary_color text,
  add column if not exists company_name text, add column if not exists company_number text,
  add column if not exists nzbn text, add column if not exists gst_number text,
  add column if not exists full_legal_name text, add column if not exists additional_contacts_metadata jsonb,
  add column if not exists onboarding_status text, add column if not exists lead_key text,
  add column if not exists header_images jsonb, add column if not exists logos jsonb;

alter table public.registration_batch_jobs add column if not exists settings jsonb not null default '{}';
alter table public.registration_jobs
  add column if not exists error_code text, add column if not exists cancelled_at timestamptz,
  add column if not exists subdomain text, add column if not exists position int not null default 0;
alter table public.registration_job_steps
  add column if not exists organisation_id uuid, add column if not exists attempt int not null default 0,
  add column if not exists next_attempt_at timestamptz, add column if not exists error_code text;
alter table public.companies_office_search_candidates add column if not exists organisation_id uuid;
alter table public.menus add column if not exists organisation_id uuid;
alter table public.extraction_jobs add column if not exists organisation_id uuid;

update public.registration_job_steps s set organisation_id = j.organisation_id
  from public.registration_jobs j where j.id = s.job_id and s.organisation_id is null;
update public.companies_office_search_candidates c set organisation_id = r.organisation_id
  from public.restaurants r where r.id = c.restaurant_id and c.organisation_id is null;
update public.menus m set organisation_id = r.organisation_id
  from public.restaurants r where r.id = m.restaurant_id and m.organisation_id is null;
update public.extraction_jobs e set organisation_id = r.organisation_id
  from public.restaurants r where r.id = e.restaurant_id and e.organisation_id is null;
alter table public.registration_job_steps alter column organisation_id set not null;
alter table public.companies_office_search_candidates alter column organisation_id set not null;

-- The real ids of the platform are no uuids.
alter table public.registration_jobs
  alter column pumpd_user_id type text using pumpd_user_id::text,
  alter column pumpd_restaurant_id type text using pumpd_restaurant_id::text;

-- Status checks are replaced by ones that know `action_required`; the words that were legal stay legal.
do $$
declare v_old record;
begin
  for v_old in
    select c.conrelid::regclass as table_name, c.conname
      from pg_catalog.pg_constraint c
      join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
     where c.contype = 'c' and a.attname = 'status' and pg_catalog.cardinality(c.conkey) = 1
       and c.conrelid in ('public.registration_batch_jobs'::regclass, 'public.registration_jobs'::regclass)
  loop
    execute pg_catalog.format('alter table %s drop constraint %I', v_old.table_name, v_old.conname);
  end loop;
end $$;
alter table public.registration_batch_jobs add constraint registration_batch_jobs_status_check
  check (status in ('draft', 'pending', 'in_progress', 'action_required', 'completed', 'failed', 'cancelled'));
alter table public.registration_jobs add constraint registration_jobs_status_check
  check (status in ('pending', 'in_progress', 'action_required', 'completed', 'failed', 'cancelled', 'skipped'));

create index if not exists registration_batch_jobs_created_idx on public.registration_batch_jobs (organisation_id, created_at, id);
create index if not exists registration_jobs_restaurant_idx on public.registration_jobs (restaurant_id, status);
create index if not exists registration_jobs_organisation_idx on public.registration_jobs (organisation_id, status);
create index if not exists registration_jobs_created_idx on public.registration_jobs (organisation_id, created_at desc);
create index if not exists registration_jobs_subdomain_idx on public.registration_jobs (organisation_id, subdomain text_pattern_ops);
create index if not exists restaurants_name_idx on public.restaurants (organisation_id, name, id);
create index if not exists restaurants_subdomain_idx on public.restaurants (organisation_id, subdomain text_pattern_ops);
create index if not exists candidates_job_idx on public.companies_office_search_candidates (registration_job_id);
create index if not exists leads_organisation_idx on public.leads (organisation_id);
create index if not exists menus_restaurant_idx on public.menus (restaurant_id);
create index if not exists menus_organisation_idx on public.menus (organisation_id);
create index if not exists extraction_jobs_restaurant_idx on public.extraction_jobs (restaurant_id);
create index if not exists extraction_jobs_organisation_idx on public.extraction_jobs (organisation_id);
