-- Who may see what, and the stamp on every row. The schema `private` is not exposed by the data API.

create schema private;
revoke all on schema private from public;
grant usage on schema private to authenticated;

create table private.super_admins (user_id uuid primary key, added_at timestamptz not null default now());

-- The caller's organisations; policies call it in a subselect, once per statement and embedded list. PL/pgSQL keeps its plan for the
-- session, which makes a call five times cheaper than one of an SQL function.
create function private.my_organisations() returns uuid[] language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select pg_catalog.array_agg(m.organisation_id) from public.organisation_members m
    where m.user_id = auth.uid() and m.revoked_at is null), '{}');
end $$;

create function private.is_super_admin() returns boolean language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from private.super_admins s where s.user_id = auth.uid());
end $$;

-- Raises 42501 with what exactly is missing; functions call it first.
create function private.require_member(p_organisation uuid) returns void language plpgsql stable security definer set search_path = '' as $$
declare v_revoked timestamptz;
begin
  if auth.uid() is null then
    raise exception 'SIGN_IN_NEEDED' using errcode = '42501';
  end if;
  if private.is_super_admin() then
    return;
  end if;
  select m.revoked_at into v_revoked from public.organisation_members m
   where m.organisation_id = p_organisation and m.user_id = auth.uid();
  if not found then
    raise exception 'MEMBERSHIP_MISSING' using errcode = '42501';
  end if;
  if v_revoked is not null then
    raise exception 'MEMBERSHIP_REVOKED' using errcode = '42501', detail = v_revoked::text;
  end if;
end $$;

-- Version, writer and transaction of every synced row; the organisation never changes.
create function private.stamp() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    if new.organisation_id is distinct from old.organisation_id then
      raise exception 'ORGANISATION_IS_IMMUTABLE' using errcode = '42501';
    end if;
    if tg_table_name <> 'menus' then
      new.version := old.version + 1;
    end if;
  elsif tg_table_name <> 'menus' then
    new.version := 1;
  end if;
  new.row_xid := pg_catalog.pg_current_xact_id();
  new.updated_by := auth.uid();
  return new;
end $$;

create function private.touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := pg_catalog.clock_timestamp();
  return new;
end $$;

-- Children that an older program writes without an organisation get their parent's.
create function private.inherit_organisation() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if new.organisation_id is null then
    case tg_table_name
      when 'registration_job_steps' then
        select j.organisation_id into new.organisation_id from public.registration_jobs j where j.id = new.job_id;
      else
        select r.organisation_id into new.organisation_id from public.restaurants r where r.id = new.restaurant_id;
    end case;
  end if;
  return new;
end $$;
create trigger a_inherit before insert on public.registration_job_steps
  for each row execute function private.inherit_organisation();
create trigger a_inherit before insert on public.companies_office_search_candidates
  for each row execute function private.inherit_organisation();
create trigger a_inherit before insert on public.menus for each row execute function private.inherit_organisation();
create trigger a_inherit before insert on public.extraction_jobs for each row execute function private.inherit_organisation();

do $$
declare v_table text;
begin
  foreach v_table in array array['restaurants', 'leads', 'menus', 'extraction_jobs', 'registration_batch_jobs',
    'registration_jobs', 'registration_job_steps', 'companies_office_search_candidates', 'decisions']
  loop
    execute pg_catalog.format(
      'create trigger stamp before insert or update on public.%I for each row execute function private.stamp()', v_table);
    if v_table <> 'decisions' then
      execute pg_catalog.format(
        'create trigger touch before update on public.%I for each row execute function private.touch()', v_table);
    end if;
  end loop;
end $$;

create function private.fixed_organisation() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.organisation_id is distinct from old.organisation_id then
    raise exception 'ORGANISATION_IS_IMMUTABLE' using errcode = '42501';
  end if;
  return new;
end $$;
do $$
declare v_table text;
begin
  foreach v_table in array array['effects', 'effect_events', 'run_leases', 'applied_mutations', 'execution_secrets',
    'spacing_slots', 'sync_meta', 'organisation_members']
  loop
    execute pg_catalog.format(
      'create trigger fixed_organisation before update of organisation_id on public.%I '
      'for each row execute function private.fixed_organisation()', v_table);
  end loop;
end $$;

-- A new organisation can be synced at once.
create function private.begin_organisation() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.sync_meta (organisation_id) values (new.id) on conflict do nothing;
  return null;
end $$;
create trigger begin_organisation after insert on public.organisations
  for each row execute function private.begin_organisation();
