"""Dispatchers and workers of the tf.data service, which serve the process that made them."""

from __future__ import annotations

import collections
import os
import socket
import threading
from typing import Any

from tfcompat._core import errors
from tfcompat.data.experimental.service._dispatching import Dispatcher, Worker

_MODULE = "tensorflow.python.data.experimental.service.server_lib"
_PROTOCOL = "grpc"
_lock = threading.Lock()
_serving: dict[int, Dispatcher] = {}  # by their ports
_journals: dict[str, Any] = {}  # what dispatchers that tolerate faults leave, by their folders


def _milliseconds(value: Any) -> int:
    """What TensorFlow makes of a time: 0 for none given, and the shortest time for 0."""
    return 0 if value is None else value or 1


class DispatcherConfig(
    collections.namedtuple(
        "DispatcherConfig",
        "port protocol work_dir fault_tolerant_mode worker_addresses job_gc_check_interval_ms job_gc_timeout_ms "
        "worker_timeout_ms worker_max_concurrent_snapshots",
    )
):
    """What a dispatcher is told (tf.data.experimental.service.DispatcherConfig).

    port: 0 for any that is free. work_dir: with fault_tolerant_mode, a later dispatcher of the process with the same
    folder knows the datasets of one that was stopped. worker_addresses: "host", "host:port" or "host:%port%" of each
    worker, for the static sharding policies. Intervals, timeouts and the number of snapshots change nothing: workers
    are in the same process, and what has no more consumers goes with them.
    """

    __slots__ = ()
    __module__ = _MODULE

    def __new__(
        cls,
        port: Any = 0,
        protocol: Any = None,
        work_dir: Any = None,
        fault_tolerant_mode: Any = False,
        worker_addresses: Any = None,
        job_gc_check_interval_ms: Any = None,
        job_gc_timeout_ms: Any = None,
        worker_timeout_ms: Any = None,
        worker_max_concurrent_snapshots: Any = 0,
    ) -> DispatcherConfig:
        return super().__new__(
            cls,
            port,
            _PROTOCOL if protocol is None else protocol,
            work_dir,
            fault_tolerant_mode,
            worker_addresses,
            _milliseconds(job_gc_check_interval_ms),
            _milliseconds(job_gc_timeout_ms),
            worker_timeout_ms,
            worker_max_concurrent_snapshots,
        )


class WorkerConfig(
    collections.namedtuple(
        "WorkerConfig",
        "dispatcher_address worker_address port protocol heartbeat_interval_ms dispatcher_timeout_ms "
        "data_transfer_protocol data_transfer_address",
    )
):
    """What a worker is told (tf.data.experimental.service.WorkerConfig).

    dispatcher_address: "host:port" of a dispatcher of this process. worker_address: with %port% for `port`, 0 of which
    is any that is free. Intervals, timeouts and how data are transferred change nothing within a process.
    """

    __slots__ = ()
    __module__ = _MODULE

    def __new__(
        cls,
        dispatcher_address: Any,
        worker_address: Any = None,
        port: Any = 0,
        protocol: Any = None,
        heartbeat_interval_ms: Any = None,
        dispatcher_timeout_ms: Any = None,
        data_transfer_protocol: Any = None,
        data_transfer_address: Any = None,
    ) -> WorkerConfig:
        return super().__new__(
            cls,
            dispatcher_address,
            "localhost:%port%" if worker_address is None else worker_address,
            port,
            _PROTOCOL if protocol is None else protocol,
            _milliseconds(heartbeat_interval_ms),
            _milliseconds(dispatcher_timeout_ms),
            data_transfer_protocol,
            "localhost:%dts_port%" if data_transfer_address is None else data_transfer_address,
        )


class _Port:
    """A port that is taken as long as this is held, so that servers' addresses are theirs alone."""

    def __init__(self, wanted: int, protocol: str) -> None:
        if protocol != _PROTOCOL:
            raise errors.NotFoundError(
                None, None, f"tf.data service: `protocol` is {protocol!r}; tfcompat's servers know {_PROTOCOL!r}."
            )
        self._socket = socket.socket()
        try:
            self._socket.bind(("localhost", wanted))
        except OSError as e:
            self._socket.close()
            raise errors.UnavailableError(None, None, f"tf.data service: port {wanted} can't be taken: {e}.") from None
        self.number: int = self._socket.getsockname()[1]

    def close(self) -> None:
        """Lets go of the port."""
        self._socket.close()


class _Server:
    """What dispatchers and workers have in common: they run from start() to stop(), which join() waits for."""

    _port: _Port | None = None
    _ended: threading.Event

    def start(self) -> None:
        """Starts the server; nothing where it runs. UnavailableError where its port is taken."""
        raise NotImplementedError(f"{type(self).__name__}.start")

    def join(self) -> None:
        """Waits until the server is stopped."""
        self._ended.wait()

    def stop(self) -> None:
        """Stops the server; what reads from it meets an UnavailableError."""
        self._stop()

    def _stop(self) -> None:
        if self._port is not None:
            self._port.close()
            self._port = None
        self._ended.set()

    def __del__(self) -> None:
        if "_ended" in self.__dict__:  # it was made
            self._stop()

    @property
    def _number(self) -> int:
        return 0 if self._port is None else self._port.number


class DispatchServer(_Server):
    """Knows the datasets and workers of a tf.data service (tf.data.experimental.service.DispatchServer).

    It serves this process, until it is stopped or nothing refers to it. ValueError for a fault-tolerant one without
    work_dir.
    """

    __module__ = _MODULE

    def __init__(self, config: DispatcherConfig | None = None, start: bool = True) -> None:
        config = config or DispatcherConfig()
        if config.fault_tolerant_mode and not config.work_dir:
            raise ValueError(
                "Cannot enable fault tolerant mode without configuring a work dir. Make sure to set `work_dir` in the "
                "`config` object passed to `DispatcherServer`."
            )
        self._config, self._ended = config, threading.Event()
        self._dispatcher: Dispatcher | None = None
        if start:
            self.start()

    def start(self) -> None:
        """Starts the server; nothing where it runs. UnavailableError where its port is taken."""
        if self._port is not None:
            return
        self._port = _Port(self._config.port, self._config.protocol)
        self._dispatcher = Dispatcher(self._config.worker_addresses or (), self._config.fault_tolerant_mode)
        if self._config.fault_tolerant_mode:
            folder = os.path.realpath(self._config.work_dir)
            os.makedirs(folder, exist_ok=True)
            with _lock:
                self._dispatcher.registered = _journals.setdefault(folder, self._dispatcher.registered)
        with _lock:
            _serving[self._port.number] = self._dispatcher

    @property
    def target(self) -> str:
        """Where clients reach the dispatcher: "grpc://localhost:port"."""
        return f"{self._config.protocol}://{self._address}"

    def _stop(self) -> None:
        if self._port is not None and self._dispatcher is not None:
            with _lock:
                _serving.pop(self._port.number, None)
            self._dispatcher.stop()
        super()._stop()

    @property
    def _address(self) -> str:
        return f"localhost:{self._number}"

    def _num_workers(self) -> int:
        return 0 if self._dispatcher is None else len(self._dispatcher.workers)


class WorkerServer(_Server):
    """Reads datasets for a tf.data service (tf.data.experimental.service.WorkerServer).

    ValueError where its config has no dispatcher's address, UnavailableError where no dispatcher of this process is
    there.
    """

    __module__ = _MODULE

    def __init__(self, config: WorkerConfig, start: bool = True) -> None:
        if config.dispatcher_address is None:
            raise ValueError("Must specify a `dispatcher_address` in the `config` passed to `WorkerServer`.")
        self._config, self._ended = config, threading.Event()
        self._worker: Worker | None = None
        if start:
            self.start()

    def start(self) -> None:
        """Starts the server, and has the dispatcher know it; nothing where it runs."""
        if self._port is not None:
            return
        dispatcher = dispatcher_at(self._config.dispatcher_address)
        self._port = _Port(self._config.port, self._config.protocol)
        self._worker = Worker(self._address)
        dispatcher.add_worker(self._worker)

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.is_running = False
        super()._stop()

    @property
    def _address(self) -> str:
        return self._config.worker_address.replace("%port%", str(self._number))

    def _num_tasks(self) -> int:
        return 0 if self._worker is None else self._worker.tasks


def parse_service(service: Any) -> tuple[str, str]:
    """The protocol and address in "protocol://address" or "address"; ValueError for others."""
    if isinstance(service, tuple):
        protocol, address = service
        return protocol, address
    if not isinstance(service, str):
        raise ValueError(f"`service` must be a string, but `service` was of type {type(service)}. service={service}")
    if not service:
        raise ValueError("`service` must not be empty")
    parts = service.split("://")
    if len(parts) > 2:
        raise ValueError(f"Malformed `service` string has multiple '://': {service}.")
    return (parts[0], parts[1]) if len(parts) == 2 else (_PROTOCOL, parts[0])


def dispatcher_at(address: str) -> Dispatcher:
    """The dispatcher of this process at "host:port". UnavailableError where there is none."""
    port = address.rpartition(":")[2]
    with _lock:
        found = _serving.get(int(port)) if port.isdigit() else None
    if found is None:
        raise errors.UnavailableError(
            None,
            None,
            f"tf.data service: there is no dispatcher at {address!r} in this process; tfcompat's dispatchers and "
            "workers serve the process that made them.",
        )
    return found
