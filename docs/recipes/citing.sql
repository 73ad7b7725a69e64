-- Which clauses cite a document? (DuckDB, in the folder of a release)
-- A citation whose target is in the release names it by id; all name it by their words.
SET VARIABLE cited = '云陵市城市绿化条例';
SELECT d.source_uri AS source, r.text AS citation, r.target_id IS NOT NULL AS in_release, c.text AS clause
FROM 'clauses/*.parquet' c
JOIN 'documents/*.parquet' d USING (document_id), UNNEST(c."references") AS u(r)
LEFT JOIN 'documents/*.parquet' t ON t.document_id = split_part(r.target_id, '/', 1)
WHERE r.kind <> 'internal' AND (contains(r.text, getvariable('cited')) OR t.title_reading = getvariable('cited'))
ORDER BY d.source_uri, c.ordinal, r.start;
