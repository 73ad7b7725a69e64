"""flows: when and where.

The flow `flows.structure` joins the stages of `transforms`, and the command line (`flows.cli`) joins flow and user.
There is no text logic here. A run reads files and writes one release or none; what it does with whom is told in

- `sources`: which files, and under which names; `batches`: how they are divided;
- `work`: a stage over a batch, paths in and paths out, without Prefect; `pools`: the processes that do it;
- `structure`: the Prefect flow; `server`: the Prefect server of a run that has none;
- `cli` and the modules that it names: the command.

Importing this package imports neither Prefect nor anything else that is slow: `gangmu show` answers at once.
"""
