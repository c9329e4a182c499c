-- What `regbatch doctor` asks a project: is it the schema this program knows, and does it still keep organisations apart?

create function private.project_health(p_organisation uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare v_answer jsonb;
begin
  perform private.require_member(p_organisation);
  select pg_catalog.jsonb_build_object(
    'schema_version', (select m.schema_version from public.sync_meta m where m.organisation_id = p_organisation),
    'now', pg_catalog.clock_timestamp(),
    -- Ours are three by name; any other adds to what people may see.
    'foreign_policies', (select coalesce(pg_catalog.jsonb_agg(p.tablename || ': ' || p.policyname order by 1), '[]')
      from pg_catalog.pg_policies p where p.schemaname = 'public'
       and p.policyname not in ('super_admins_do_all', 'members_read', 'members_add', 'members_change')
       and exists (select from pg_catalog.pg_policies o where o.schemaname = 'public' and o.tablename = p.tablename
                      and o.policyname = 'super_admins_do_all')),
    'policies', (select count(*) from pg_catalog.pg_policies p where p.schemaname = 'public'
       and p.policyname in ('super_admins_do_all', 'members_read', 'members_add', 'members_change')),
    'unprotected_tables', (select coalesce(pg_catalog.jsonb_agg(c.relname order by 1), '[]') from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
        and (pg_catalog.has_table_privilege('anon', c.oid, 'select') or pg_catalog.has_table_privilege('authenticated', c.oid, 'select'))),
    'plain_passwords', (select count(*) from public.registration_jobs j where j.organisation_id = p_organisation
       and pg_catalog.jsonb_typeof(j.execution_config #> '{account,password}') = 'string'
       and j.execution_config #>> '{account,password}' <> ''),
    'realtime', exists (select from pg_catalog.pg_publication_tables t where t.pubname = 'supabase_realtime'
       and t.schemaname = 'public' and t.tablename = 'registration_jobs')
  ) into v_answer;
  return v_answer;
end $$;
create function public.project_health(p_organisation uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$ select private.project_health(p_organisation) $$;
revoke execute on function private.project_health(uuid), public.project_health(uuid) from public, anon;
grant execute on function private.project_health(uuid), public.project_health(uuid) to authenticated;
