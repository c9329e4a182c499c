-- The original's tables as its reference describes them, with rows; what an adopted project looks like before the migrations.
create table public.organisations (id uuid primary key default gen_random_uuid(), name text not null, status text default 'active',
  settings jsonb default '{}', feature_flags jsonb default '{}', created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.organisation_members (id uuid primary key default gen_random_uuid(), organisation_id uuid not null references public.organisations,
  user_id uuid not null, role text not null default 'admin', created_at timestamptz not null default now(), unique (organisation_id, user_id));
create table public.lead_scrape_jobs (id uuid primary key default gen_random_uuid(), organisation_id uuid references public.organisations);
create table public.restaurants (id uuid primary key default gen_random_uuid(), organisation_id uuid not null references public.organisations,
  name text not null, slug text unique, subdomain text unique, address text, city text, email text, phone text, ubereats_url text, website_url text,
  opening_hours jsonb, cuisine text[], contact_name text, contact_email text, contact_phone text, theme text check (theme in ('light', 'dark')),
  primary_color text, secondary_color text, user_email text, user_password_hint text, onboarding_status text, company_name text, nzbn text,
  website_og_image text, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.leads (id uuid primary key default gen_random_uuid(), organisation_id uuid not null references public.organisations,
  lead_scrape_job_id uuid references public.lead_scrape_jobs, restaurant_name text, step_progression_status text, converted_to_restaurant_id uuid,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.menus (id uuid primary key default gen_random_uuid(), version int, restaurant_id uuid references public.restaurants on delete cascade,
  platform_id int, is_active boolean default true, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.extraction_jobs (id uuid primary key default gen_random_uuid(), job_id text, restaurant_id uuid references public.restaurants on delete cascade,
  job_type text, status text, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.pumpd_accounts (id uuid primary key default gen_random_uuid(), organisation_id uuid references public.organisations, email text,
  user_password_hint text);
create table public.registration_batch_jobs (id uuid primary key default gen_random_uuid(), name text not null,
  organisation_id uuid not null references public.organisations, source_lead_scrape_job_id uuid references public.lead_scrape_jobs on delete set null,
  status text not null default 'pending' check (status in ('draft', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  execution_mode text not null default 'parallel' check (execution_mode in ('sequential', 'parallel')), total_restaurants int not null default 0,
  completed_restaurants int not null default 0, failed_restaurants int not null default 0, current_step int not null default 1,
  total_steps int not null default 6, created_by uuid, started_at timestamptz, completed_at timestamptz, cancelled_at timestamptz,
  metadata jsonb default '{}', created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table public.registration_jobs (id uuid primary key default gen_random_uuid(),
  batch_job_id uuid references public.registration_batch_jobs on delete cascade, restaurant_id uuid not null references public.restaurants on delete cascade,
  organisation_id uuid not null references public.organisations, status text not null default 'pending'
    check (status in ('pending', 'in_progress', 'completed', 'failed', 'cancelled', 'skipped')),
  current_step int not null default 1, total_steps int not null default 6, execution_config jsonb not null default '{}', pumpd_user_id uuid,
  pumpd_restaurant_id uuid, execution_results jsonb default '{}', last_error_details jsonb, error_message text, started_at timestamptz,
  completed_at timestamptz, metadata jsonb default '{}', extractions_executed_on_creation boolean default false,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(), unique (batch_job_id, restaurant_id));
create table public.registration_job_steps (id uuid primary key default gen_random_uuid(),
  job_id uuid not null references public.registration_jobs on delete cascade, step_number int not null check (step_number between 1 and 6),
  step_name text not null, step_description text, step_type text not null default 'automatic' check (step_type in ('automatic', 'action_required')),
  status text not null default 'pending' check (status in ('pending', 'in_progress', 'action_required', 'completed', 'failed', 'skipped', 'retrying')),
  sub_step_progress jsonb default '{}', started_at timestamptz, completed_at timestamptz, duration_ms int, error_message text, error_details jsonb,
  retry_count int default 0, max_retries int default 3, result_data jsonb default '{}', metadata jsonb default '{}',
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(), unique (job_id, step_number));
create table public.companies_office_search_candidates (id uuid primary key default gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants on delete cascade, registration_job_id uuid references public.registration_jobs on delete set null,
  search_queries jsonb not null, name_results jsonb default '[]', address_results jsonb default '[]', combined_results jsonb default '[]',
  candidate_count int default 0, selected_company_number text, selected_company_data jsonb, status text not null default 'pending'
    check (status in ('pending', 'searching', 'awaiting_selection', 'selected', 'no_match', 'failed')),
  searched_at timestamptz, selected_at timestamptz, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  unique (restaurant_id, registration_job_id));
create function public.update_updated_at_column() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create trigger update_registration_jobs_updated_at before update on public.registration_jobs for each row execute function public.update_updated_at_column();
create function public.has_org_access(org uuid) returns boolean language sql stable security definer as
$$ select exists (select 1 from public.organisation_members m where m.organisation_id = org and m.user_id = auth.uid()) $$;
alter table public.registration_jobs enable row level security;
create policy "org access" on public.registration_jobs using (public.has_org_access(organisation_id)) with check (public.has_org_access(organisation_id));
grant all on all tables in schema public to anon, authenticated, service_role;

insert into public.organisations (id, name) values ('00000000-0000-4000-8000-00000000000a', 'Ann & Co'), ('00000000-0000-4000-8000-00000000000b', 'Bob & Co');
insert into public.restaurants (id, organisation_id, name, slug, subdomain, city, cuisine, opening_hours, user_password_hint, theme)
select ('00000000-0000-4000-8000-1000000000' || lpad(n::text, 2, '0'))::uuid, '00000000-0000-4000-8000-00000000000a', 'Kea ' || n, 'kea-' || n, null, 'Auckland',
  '{thai,pizza}', '[{"day": "Monday", "hours": {"open": "09:00", "close": "17:00"}}]', 'plain-' || n, 'dark' from generate_series(1, 60) n;
insert into public.menus (restaurant_id, version, platform_id) select id, 3, 1 from public.restaurants;
insert into public.extraction_jobs (restaurant_id, job_id, job_type, status) select id, 'j', 'full_menu', 'completed' from public.restaurants;
insert into public.leads (organisation_id, restaurant_name) select organisation_id, name from public.restaurants;
insert into public.pumpd_accounts (organisation_id, email, user_password_hint) values ('00000000-0000-4000-8000-00000000000a', 'a@b.example', 'plain');
insert into public.registration_batch_jobs (id, organisation_id, name, status, started_at)
values ('00000000-0000-4000-8000-200000000001', '00000000-0000-4000-8000-00000000000a', 'Old batch', 'in_progress', now());
insert into public.registration_jobs (id, batch_job_id, restaurant_id, organisation_id, status, current_step, pumpd_user_id, execution_config)
select ('00000000-0000-4000-8000-3000000000' || right(id::text, 2))::uuid, '00000000-0000-4000-8000-200000000001', id, organisation_id,
  case right(id::text, 2) when '01' then 'skipped' when '02' then 'completed' else 'in_progress' end, 6,
  '00000000-0000-4000-8000-400000000001', '{"account": {"email": "x@y.example"}}' from public.restaurants order by id limit 40;
insert into public.registration_jobs (restaurant_id, organisation_id) values ('00000000-0000-4000-8000-100000000060', '00000000-0000-4000-8000-00000000000a');
insert into public.registration_job_steps (job_id, step_number, step_name, status, sub_step_progress)
select j.id, n, 'Step ' || n, case when n < 6 then 'completed' else 'failed' end, case when n < 6 then '{}' else
  '{"current_phase": "phase2", "phases": {"phase1": {"status": "completed", "sub_steps": {"cloudwaitressAccount": {"status": "completed",
    "started_at": 1700000000000, "completed_at": 1700000001000, "attempts": 1}, "uploadImages": {"status": "failed", "error": "x", "reason": "y"}}}}}'::jsonb end
from public.registration_jobs j, generate_series(1, 6) n where j.batch_job_id is not null;
insert into public.companies_office_search_candidates (restaurant_id, registration_job_id, search_queries, combined_results, candidate_count, status)
select restaurant_id, id, '{"restaurant_name": "Kea", "street": "Queen", "city": "Auckland", "original_values": {}}',
  '[{"company_name": "KEA LIMITED", "company_number": "123", "match_source": "name", "status": "Registered"}]', 1, 'awaiting_selection'
from public.registration_jobs where batch_job_id is not null;
