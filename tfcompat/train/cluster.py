"""tf.train.ClusterSpec: the jobs and tasks of a distributed program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat.train.messages import ClusterDef

_MODULE = "tensorflow.python.training.server_lib"


class ClusterSpec:
    """The addresses of a cluster's tasks, by job (tf.train.ClusterSpec).

    cluster: {job: list of "host:port", or {number: "host:port"}}, a ClusterDef or a ClusterSpec. TypeError for others.
    """

    __module__ = _MODULE

    def __init__(self, cluster: Any) -> None:
        if isinstance(cluster, ClusterSpec):
            cluster = {job: dict(tasks) for job, tasks in cluster._jobs.items()}
        elif isinstance(cluster, ClusterDef):
            cluster = {job.name: dict(job.tasks) for job in cluster.job}
        if not isinstance(cluster, Mapping):
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, or a "
                f"`ClusterDef` protocol buffer, got {type(cluster).__name__}"
            )
        self._jobs: dict[str, dict[int, str]] = {}
        for name, tasks in cluster.items():
            if isinstance(tasks, (list, tuple)):
                tasks = dict(enumerate(tasks))
            elif not isinstance(tasks, Mapping):
                raise TypeError(
                    f"The tasks for job {name!r} must be a list or a dictionary, got {type(tasks).__name__}"
                )
            self._jobs[_text(name, "job name")] = {int(i): _text(a, "task address") for i, a in sorted(tasks.items())}

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(repr(sorted(self.as_dict().items())))

    def __repr__(self) -> str:
        return f"ClusterSpec({{{', '.join(f'{job!r}: {tasks!r}' for job, tasks in sorted(self.as_dict().items()))}}})"

    def as_dict(self) -> dict[str, Any]:
        """{job: list of addresses, or {number: address} where numbers are left out}."""
        found: dict[str, Any] = {}
        for job, tasks in self._jobs.items():
            dense = list(tasks) == list(range(len(tasks)))
            found[job] = list(tasks.values()) if dense else dict(tasks)
        return found

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has; ValueError for an unknown job."""
        return len(self._tasks(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks; ValueError for an unknown job."""
        return list(self._tasks(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """The address of a task; ValueError where there is no such task."""
        tasks = self._tasks(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks, None for numbers that are left out; ValueError for an unknown job."""
        tasks = self._tasks(job_name)
        return [tasks.get(i) for i in range(max(tasks, default=-1) + 1)]

    def as_cluster_def(self) -> Any:
        """The cluster as a tf.train.ClusterDef."""
        proto = ClusterDef()
        for name, tasks in sorted(self._jobs.items()):
            job = proto.job.add(name=name)
            for index, address in tasks.items():
                job.tasks[index] = address
        return proto

    def _tasks(self, job: str) -> dict[int, str]:
        if job not in self._jobs:
            raise ValueError(f"No such job in cluster: {job!r}")
        return self._jobs[job]


def _text(value: Any, what: str) -> str:
    if isinstance(value, bytes):
        return value.decode("utf8")
    if not isinstance(value, str):
        raise TypeError(f"A {what} must be a string, got {value!r}")
    return value
