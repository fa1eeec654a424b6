"""The static methods of tf.data.Dataset, which make datasets of data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import dtypes


class Constructors:
    """What tf.data.Dataset has to make datasets with."""

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Any:
        """A dataset with one element: `tensors`, a nest of tensors, composite tensors, datasets and None."""
        from tfcompat.data._sources import _TensorDataset

        return _TensorDataset(tensors)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Any:
        """A dataset of the rows of `tensors`, a nest of tensors with the same first dimension. ValueError for scalars.

        Columns of pandas are tensors, too; `dict(frame)` gives elements that are dicts.
        """
        from tfcompat.data._sources import _TensorSliceDataset

        return _TensorSliceDataset(tensors)

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """A dataset of what `generator(*args)` gives, called for each iteration: something to iterate over.

        output_signature: a nest of TypeSpecs; or output_types, a nest of dtypes, with output_shapes. args: tensors,
        which `generator` gets as numpy arrays. InvalidArgumentError for elements that do not fit.
        """
        from tfcompat.data._generators import generator_dataset

        return generator_dataset(generator, output_types, output_shapes, args, output_signature)

    @staticmethod
    def range(*args: Any, **kwargs: Any) -> Any:
        """The numbers range(*args), as scalars of the dtype `output_type`, int64 by default.

        ValueError for no argument or more than three.
        """
        from tfcompat.data._sources import _RangeDataset

        return _RangeDataset(*args, **kwargs)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """Elements that are tuples of the datasets' elements, as many as the shortest has.

        The datasets may be one nest of tuples and dicts instead, whose structure the elements have. TypeError for a
        list, and for what is no dataset.
        """
        from tfcompat.data._ordering import zip_datasets

        return zip_datasets(args, datasets)

    @staticmethod
    def counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64, name: str | None = None) -> Any:
        """The endless numbers start, start + step..., as scalars of `dtype`."""
        from tfcompat.data._sources import counter_dataset

        return counter_dataset(start, step, dtype)

    @staticmethod
    def random(seed: Any = None, rerandomize_each_iteration: bool | None = None, name: str | None = None) -> Any:
        """Endless random numbers, int64 scalars from 0 to 2**32 - 1.

        seed: makes them repeat in another run. rerandomize_each_iteration: whether each iteration has other ones.
        """
        from tfcompat.data._sources import _RandomDataset

        return _RandomDataset(seed, rerandomize_each_iteration)

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: Any = None, name: str | None = None) -> Any:
        """The names of the files that match `file_pattern`, a glob pattern or several, as tf.string scalars.

        In random order, another one for each iteration, unless `shuffle` is False; then sorted. InvalidArgumentError
        where there is none.
        """
        from tfcompat.data._sources import list_files

        return list_files(file_pattern, shuffle, seed)

    @staticmethod
    def choose_from_datasets(datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True) -> Any:
        """The next element of the dataset whose number is the next element of `choice_dataset`, int64 scalars.

        stop_on_empty_dataset: whether the first dataset that has no next element ends it; else it is passed over.
        """
        from tfcompat.data._choosing import choose_from_datasets

        return choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)

    @staticmethod
    def sample_from_datasets(
        datasets: Any,
        weights: Any = None,
        seed: Any = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Any:
        """The next element of a dataset that is drawn by chance.

        weights: the chance of each, the same for all by default; or a dataset of such. The other arguments are those
        of `choose_from_datasets` and `random`.
        """
        from tfcompat.data._choosing import sample_from_datasets

        return sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset, rerandomize_each_iteration)

    @staticmethod
    def load(
        path: str,
        element_spec: Any = None,
        compression: str | None = None,
        reader_func: Callable[[Any], Any] | None = None,
        wait: bool = False,
    ) -> Any:
        """The dataset that Dataset.save wrote to the directory `path`.

        element_spec: what it is, where that is to be checked. compression: as it was saved with. reader_func: makes
        the dataset of a dataset of the files' datasets. wait: waits until it is there. NotFoundError where it is not.
        """
        from tfcompat.data._saving import load_dataset

        return load_dataset(path, element_spec, compression, reader_func, wait)
