"""Parameters of the flows, as a scheduler checks them.

Prefect makes a JSON schema of these types and keeps it with the deployment: its server refuses a run that is asked for
with a wrong value or an unknown name, before the run exists. A flow checks them once more when it is called.
"""

from typing import Annotated

from pydantic import Field

from flows.limits import PATTERN

Name = Annotated[str, Field(min_length=1)]
Sources = Annotated[list[Name], Field(description="Files, folders, patterns, lists (@list.txt) and URLs.")]
Output = Annotated[str, Field(min_length=1, description="Folder of the releases, or s3://bucket/prefix.")]
Limit = Annotated[str, Field(pattern=PATTERN, description="Share (1%) or number of the sources that may be set aside.")]
Bytes = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
Workers = Annotated[int, Field(ge=0, description="Processes; 0: all is done in that of the flow.")]
Scheduler = Annotated[str, Field(pattern=r"^\w+://.+", description="Address of a Dask scheduler, tcp://host:8786.")]
