"""Metrics over batches: results and state, as TensorFlow's, eagerly and inside tf.function."""

import pytest

from tests.facts import Facts

PRELUDE = """
K = tf.keras.metrics

def n(*shape, low=0.0, high=1.0, seed=1):
    count = int(np.prod(shape))
    share = np.modf(np.abs(np.sin(np.arange(1, count + 1) * 12.9898 + 3 * seed) * 43758.5453))[0]
    return (low + (high - low) * share).reshape(shape).astype('float32')

def bits(*shape, seed=5):
    return (n(*shape, seed=seed) > 0.5).astype('float32')

def ids(*shape, high=4, seed=7):
    return np.floor(n(*shape, high=high, seed=seed)).astype('int32')

def hot(*shape, high=4, seed=7):
    return np.eye(high, dtype='float32')[ids(*shape, high=high, seed=seed)]

def over(metric, *batches, **more):
    for batch in batches:
        metric.update_state(*batch, **more)
    return [tf.convert_to_tensor(metric.result()), *(v.numpy() for v in metric.variables)]

def captured(metric, *batches):
    step = tf.function(lambda *batch: metric.update_state(*batch))
    for batch in batches:
        metric.update_state(*batch)
    metric.reset_state()
    for batch in batches:
        step(*(tf.constant(part) for part in batch))
    return [tf.function(lambda: metric.result())(), *(v.numpy() for v in metric.variables)]

B = [(bits(20), n(20)), (bits(12, seed=9), n(12, seed=10))]
W = [(bits(20), n(20), n(20, seed=3))]
M = [(bits(9, 3), n(9, 3)), (bits(6, 3, seed=11), n(6, 3, seed=12))]
MW = [(bits(9, 3), n(9, 3), n(9, seed=3))]
C = [(hot(8), n(8, 4)), (hot(8, seed=13), n(8, 4, seed=14))]
CW = [(hot(8), n(8, 4), n(8, seed=15))]
S = [(ids(10), ids(10, seed=8)), (ids(6, seed=2), ids(6, seed=3))]
R = [(n(9, 2, high=3), n(9, 2, high=3, seed=4)), (n(5, 2, high=3, seed=6), n(5, 2, high=3, seed=7))]
"""

CASES = """
over(K.TruePositives(), *B)
over(K.FalsePositives(thresholds=0.3), *W)
over(K.TrueNegatives(thresholds=[0.1, 0.5, 0.7]), *B)
over(K.FalseNegatives(thresholds=[0.0, 0.5, 1.0]), *W)
over(K.FalseNegatives(), (bits(5, 1), n(5)), (bits(5), n(5, 1)))
K.TruePositives(thresholds=1.5)
K.TruePositives(thresholds=[0.5]).get_config()['thresholds']
over(K.Precision(), *B)
over(K.Precision(thresholds=[0.2, 0.8]), *W)
over(K.Precision(top_k=2), *C)
over(K.Precision(top_k=2, class_id=1), *CW)
over(K.Precision(class_id=2), *C)
over(K.Precision(class_id=2), *B)
over(K.Precision(), ([0, 1, 1, 1], [1, 0, 1, 1]), sample_weight=[0, 0, 1, 0])
over(K.Recall(), *W)
over(K.Recall(top_k=1), *C)
over(K.Recall(thresholds=[0.25, 0.5], class_id=0), *CW)
captured(K.Recall(class_id=2), *C)
over(K.SensitivityAtSpecificity(0.5), *B)
over(K.SensitivityAtSpecificity(0.4, num_thresholds=1), *W)
over(K.SensitivityAtSpecificity(0.9, num_thresholds=5, class_id=1), *C)
K.SensitivityAtSpecificity(1.5)
K.SensitivityAtSpecificity(0.5, num_thresholds=0)
over(K.SpecificityAtSensitivity(0.6, num_thresholds=11), *W)
over(K.PrecisionAtRecall(0.7), *B)
over(K.RecallAtPrecision(0.6, num_thresholds=20), *W)
captured(K.RecallAtPrecision(0.6, num_thresholds=20), *B)
over(K.AUC(num_thresholds=7), *B)
over(K.AUC(num_thresholds=7), *W)
K.AUC()(*B[0])
over(K.AUC(num_thresholds=6, curve='PR'), *B)
over(K.AUC(num_thresholds=6, curve='PRGAIN'), *B)
over(K.AUC(num_thresholds=6, curve='PR', summation_method='majoring'), *W)
over(K.AUC(num_thresholds=6, summation_method='minoring'), *B)
over(K.AUC(thresholds=[0.1, 0.35, 0.9]), *W)
over(K.AUC(thresholds=[0.25, 0.5, 0.75]), *W)
over(K.AUC(num_thresholds=5, from_logits=True), (bits(8), n(8, low=-3, high=3)))
over(K.AUC(num_thresholds=5, multi_label=True), *M)
over(K.AUC(num_thresholds=5, multi_label=True, num_labels=3, label_weights=[0.2, 0.5, 1.0]), *M)
over(K.AUC(num_thresholds=5, multi_label=True, curve='PR'), *MW)
over(K.AUC(thresholds=[0.3, 0.6], multi_label=True), *MW)
over(K.AUC(num_thresholds=5, label_weights=[0.5, 1.0, 2.0]), *MW)
K.AUC(curve='XX')
K.AUC(summation_method='XX')
K.AUC(num_thresholds=1)
K.AUC(num_labels=2)
over(K.AUC(multi_label=True), *B)
captured(K.AUC(num_thresholds=7), *B)
captured(K.AUC(num_thresholds=7, multi_label=True), *M)
over(K.F1Score(), *C)
over(K.F1Score(average='micro'), *CW)
over(K.F1Score(average='macro', threshold=0.5), *C)
over(K.FBetaScore(average='weighted', beta=2.0, threshold=0.4), *CW)
over(K.FBetaScore(beta=0.5), *C)
K.FBetaScore(beta=2)
K.FBetaScore(average='x')
K.FBetaScore(threshold=1.5)
over(K.F1Score(), *B)
captured(K.F1Score(average='weighted'), *C)
over(K.IoU(num_classes=4, target_class_ids=[0, 2]), *S)
over(K.IoU(num_classes=4, target_class_ids=[0, 2], ignore_class=1, dtype='float32'), (ids(9), ids(9, seed=4), n(9)))
over(K.IoU(num_classes=4, target_class_ids=[1], sparse_y_true=False), (hot(6), ids(6, seed=4)))
K.IoU(num_classes=2, target_class_ids=[2])
over(K.BinaryIoU(), *B)
over(K.BinaryIoU(target_class_ids=[1], threshold=0.3), (bits(9), n(9), ids(9)))
over(K.MeanIoU(num_classes=4), *S)
over(K.MeanIoU(num_classes=3), (ids(2, 5), ids(2, 5, seed=4)))
over(K.OneHotIoU(num_classes=4, target_class_ids=[0, 3]), *C)
over(K.OneHotMeanIoU(num_classes=4), *C)
captured(K.MeanIoU(num_classes=4), *S)
over(K.R2Score(), *R)
over(K.R2Score(class_aggregation=None), *R)
over(K.R2Score(class_aggregation='variance_weighted_average'), (R[0][0], R[0][1], n(9)))
over(K.R2Score(num_regressors=2), *R)
over(K.R2Score(), (n(4), n(4)))
K.R2Score(class_aggregation='x')
over(K.PearsonCorrelation(axis=-1), (n(4, 6), n(4, 6, seed=3)))
over(K.PearsonCorrelation(axis=0), (n(4, 6), n(4, 6, seed=3)))
over(K.ConcordanceCorrelation(axis=-1), (n(4, 6), n(4, 6, seed=3), n(4)))
K.pearson_correlation(f(3, 5), f(3, 5))
K.concordance_correlation(f(3, 5), f(3, 5), axis=0)
over(K.MeanSquaredError(), *R)
over(K.RootMeanSquaredError(), (R[0][0], R[0][1], n(9)))
over(K.MeanAbsoluteError(), *R)
over(K.MeanAbsolutePercentageError(), *R)
over(K.MeanSquaredLogarithmicError(), *R)
over(K.CosineSimilarity(axis=1), *R)
over(K.LogCoshError(), *R)
over(K.Hinge(), (bits(9, 2), n(9, 2)))
over(K.SquaredHinge(), (bits(9, 2), n(9, 2)))
over(K.CategoricalHinge(), *CW)
over(K.KLDivergence(), *C)
over(K.Poisson(), *R)
over(K.BinaryCrossentropy(label_smoothing=0.1), *M)
over(K.CategoricalCrossentropy(from_logits=True), *CW)
over(K.SparseCategoricalCrossentropy(), (ids(8), n(8, 4)))
over(K.Accuracy(), *S)
over(K.BinaryAccuracy(threshold=0.4), *MW)
over(K.CategoricalAccuracy(), *CW)
over(K.SparseCategoricalAccuracy(), (ids(8, 1), n(8, 4), n(8)))
over(K.TopKCategoricalAccuracy(k=2), *C)
over(K.SparseTopKCategoricalAccuracy(k=3), (ids(8), n(8, 4)))
over(K.Mean(), ([1, 3, 5, 7],), ([2.0],))
over(K.Mean(), ([1, 3, 5, 7], [1, 1, 0, 0]))
over(K.Sum(), ([1, 3, 5, 7], [1, 1, 0, 0]))
"""

facts = Facts(__file__, CASES, PRELUDE)


@pytest.mark.parametrize("case", facts.cases)
def test_value(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_values_live() -> None:
    facts.check_live()
