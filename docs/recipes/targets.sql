-- Which targets are set for which year? (DuckDB, in the folder of a release)
SELECT
    q.year AS year,
    coalesce(q.indicator, '') AS indicator,
    q.text AS target,
    q.value AS value,
    q.unit AS unit,
    d.title_reading AS document
FROM 'clauses/*.parquet' c
JOIN 'documents/*.parquet' d USING (document_id), UNNEST(c.quantities) AS u(q)
WHERE c.function = 'objective' AND q.year >= 2026
ORDER BY q.year, d.source_uri, c.ordinal, q.start;
