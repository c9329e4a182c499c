-- Every table: members read their organisation's rows, super admins all. Only restaurants and leads are written directly;
-- everything a run depends on is written through the functions of 0006 to 0008.

-- Policies of an adopted project would let in whom these keep out (permissive policies add up): they are noted and replaced.
create table private.replaced_policies (
  table_name text not null, policy_name text not null, command text not null, qualification text, with_check text,
  replaced_at timestamptz not null default now(), primary key (table_name, policy_name)
);

do $$
declare
  v_table text;
  v_columns text;
  v_old record;
  v_own text := 'organisation_id = any ((select private.my_organisations())::uuid[])';
begin
  foreach v_table in array array['organisations', 'organisation_members', 'restaurants', 'leads', 'menus', 'extraction_jobs',
    'registration_batch_jobs', 'registration_jobs', 'registration_job_steps', 'companies_office_search_candidates', 'decisions',
    'effects', 'effect_events', 'run_leases', 'applied_mutations', 'execution_secrets', 'spacing_slots', 'sync_meta']
  loop
    execute pg_catalog.format('alter table public.%I enable row level security', v_table);
    execute pg_catalog.format('revoke all on public.%I from anon, authenticated, public', v_table);
    for v_old in select * from pg_catalog.pg_policies p where p.schemaname = 'public' and p.tablename = v_table loop
      insert into private.replaced_policies values (v_table, v_old.policyname, v_old.cmd, v_old.qual, v_old.with_check);
      execute pg_catalog.format('drop policy %I on public.%I', v_old.policyname, v_table);
    end loop;
    -- Passwords that the original left in columns are no member's business.
    select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) into v_columns
      from pg_catalog.pg_attribute a
     where a.attrelid = pg_catalog.format('public.%I', v_table)::regclass and a.attnum > 0 and not a.attisdropped
       and a.attname !~ 'password';
    execute pg_catalog.format('grant select (%s) on public.%I to authenticated', v_columns, v_table);
    execute pg_catalog.format('grant all on public.%I to service_role', v_table);
    execute pg_catalog.format(
      'create policy super_admins_do_all on public.%I for all to authenticated '
      'using ((select private.is_super_admin())) with check ((select private.is_super_admin()))', v_table);
    execute pg_catalog.format('create policy members_read on public.%I for select to authenticated using (%s)', v_table,
      case v_table
        when 'organisations' then 'id = any ((select private.my_organisations())::uuid[])'
        when 'applied_mutations' then 'user_id = (select auth.uid()) and ' || v_own
        else v_own
      end);
  end loop;
  foreach v_table in array array['restaurants', 'leads'] loop
    execute pg_catalog.format('grant insert, update on public.%I to authenticated', v_table);
    execute pg_catalog.format('create policy members_add on public.%I for insert to authenticated with check (%s)', v_table, v_own);
    execute pg_catalog.format(
      'create policy members_change on public.%I for update to authenticated using (%s) with check (%s)', v_table, v_own, v_own);
  end loop;
end $$;
