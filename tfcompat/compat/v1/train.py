"""tf.compat.v1.train: optimizers, savers, rates that decay, the variable that counts steps, and tf.train's names."""

from tfcompat.compat.v1._eager import create_global_step, get_global_step, get_or_create_global_step
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1.saver import Saver, checkpoint_exists

__all__ = [
    "Saver",
    "checkpoint_exists",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
]

_OPTIMIZERS = (
    "AdadeltaOptimizer AdagradOptimizer AdamOptimizer GradientDescentOptimizer MomentumOptimizer Optimizer "
    "RMSPropOptimizer"
)

_DECAYS = (
    "cosine_decay cosine_decay_restarts exponential_decay inverse_time_decay linear_cosine_decay natural_exp_decay "
    "noisy_linear_cosine_decay piecewise_constant piecewise_constant_decay polynomial_decay"
)

_MORE_OPTIMIZERS = (
    "AdagradDAOptimizer FtrlOptimizer ProximalAdagradOptimizer ProximalGradientDescentOptimizer SyncReplicasOptimizer"
)
_HOOKS = (
    "CheckpointSaverHook CheckpointSaverListener FeedFnHook FinalOpsHook GlobalStepWaiterHook LoggingTensorHook "
    "NanLossDuringTrainingError NanTensorHook SecondOrStepTimer SessionRunArgs SessionRunContext SessionRunHook "
    "SessionRunValues StepCounterHook StopAtStepHook SummarySaverHook"
)
_SESSIONS = (
    "ChiefSessionCreator MonitoredSession MonitoredTrainingSession Scaffold SessionCreator SessionManager "
    "SingularMonitoredSession WorkerSessionCreator"
)
_QUEUES = "LooperThread QueueRunner add_queue_runner start_queue_runners"
_INPUTS = (
    "batch batch_join input_producer limit_epochs maybe_batch maybe_batch_join maybe_shuffle_batch "
    "maybe_shuffle_batch_join range_input_producer shuffle_batch shuffle_batch_join slice_input_producer "
    "string_input_producer"
)
_STEPS = (
    "Supervisor assert_global_step basic_train_loop get_checkpoint_mtimes global_step remove_checkpoint "
    "summary_iterator"
)

__getattr__ = _module_getattr(
    "tf.compat.v1.train",
    globals(),
    lazy={
        **{name: f"tfcompat.compat.v1._optimizers:{name}" for name in _OPTIMIZERS.split()},
        **{name: f"tfcompat.compat.v1._decays:{name}" for name in _DECAYS.split()},
        **{name: f"tfcompat.compat.v1._more_optimizers:{name}" for name in _MORE_OPTIMIZERS.split()},
        **{name: f"tfcompat.compat.v1._hooks:{name}" for name in _HOOKS.split()},
        **{name: f"tfcompat.compat.v1._monitored:{name}" for name in _SESSIONS.split()},
        **{name: f"tfcompat.compat.v1._queue_runners:{name}" for name in _QUEUES.split()},
        **{name: f"tfcompat.compat.v1._input_queues:{name}" for name in _INPUTS.split()},
        **{name: f"tfcompat.compat.v1._supervisor:{name}" for name in _STEPS.split()},
        **{name: f"tfcompat.compat.v1._meta_graphs:{name}" for name in ("export_meta_graph", "import_meta_graph")},
        **{f: f"tfcompat.compat.v1._warm_start:{f}" for f in ("VocabInfo", "init_from_checkpoint", "warm_start")},
        "Checkpoint": "tfcompat.train.checkpoint:Checkpoint",
        "SaverDef": "tfcompat.compat.v1._protos:SaverDef",
        "NewCheckpointReader": "tfcompat.train:load_checkpoint",
        "update_checkpoint_state": "tfcompat.train.checkpoint_state:update_checkpoint_state",
    },
)
