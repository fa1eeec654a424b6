"""The class, its spec, and what TensorFlow's ops make of it, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.SparseTensor([[0,0]],[1.],[-1,4])
    tf.SparseTensor([[0,0]],[1.],[-1,4]).shape
    tf.SparseTensor([[0,0]],[1.],[-2,4])
    tf.SparseTensor([[0,0]],[1.,2.],[3,4])
    tf.SparseTensor([[0,0,0]],[1.],[3,4])
    tf.SparseTensor([0],[1.],[3])
    tf.SparseTensor([[0]],[[1.]],[3])
    tf.SparseTensor([[0]],[1.],3)
    tf.SparseTensor([[0.]],[1.],[3])
    tf.SparseTensor([[0]],[1.],[3.])
    tf.SparseTensor(tf.constant([[0]]),[1.],[3])
    tf.SparseTensor(np.array([[0]],np.int32),[1.],[3])
    tf.SparseTensor([[5]],[1.],[3])
    tf.SparseTensor([],[],[3])
    tf.SparseTensor(np.zeros([0,2]),[],[3,4])
    tf.SparseTensor([[0]],["a"],[3])
    tf.SparseTensor([[0]],tf.Variable([1.]),[3])
    tf.SparseTensor(indices=[[0]],values=[True],dense_shape=tf.TensorShape([3]))
    tf.sparse.SparseTensor is tf.SparseTensor
    st
    str(st)
    f"{st}"
    st.shape
    st.get_shape()
    st.dtype
    st.indices
    st.values
    st.dense_shape
    st.consumers()
    st.set_shape([3,None])
    st.set_shape([1,4])
    st.set_shape([3])
    st.with_values([1,2])
    st.with_values([1,2,3])
    tf.SparseTensor.from_value(3)
    tf.SparseTensor.from_value(st)
    tf.SparseTensor.from_value(tf.compat.v1.SparseTensorValue([[0]],[1],[2]))
    tf.compat.v1.SparseTensorValue([[0]],[1],[2])
    tf.compat.v1.convert_to_tensor_or_sparse_tensor(st,tf.int32)
    tf.compat.v1.convert_to_tensor_or_sparse_tensor(st)
    tf.compat.v1.convert_to_tensor_or_sparse_tensor([1])
    st+1
    1+st
    st-st
    -st
    abs(st)
    2*st
    st@st
    st==st
    st!=st
    hash(st)==hash(st)
    bool(st)
    len(st)
    list(st)
    st[0]
    st._numpy()
    tf.is_tensor(st)
    tf.convert_to_tensor(st)
    tf.constant(st)
    tf.identity(st)
    tf.stop_gradient(st)
    tf.shape(st)
    tf.shape(st,out_type=tf.int64)
    tf.size(st)
    tf.size(st,tf.int64)
    tf.rank(st)
    tf.zeros_like(st)
    tf.ones_like(st)
    tf.cast(st,tf.int32)
    tf.cast(st,tf.float32)
    tf.cast(x=st,dtype="float64")
    tf.saturate_cast(st,tf.int32)
    tf.abs(st)
    tf.negative(st)
    tf.asinh(st)
    tf.sin(st)
    tf.tan(st)
    tf.atan(st)
    tf.asin(st)
    tf.math.atanh(st)
    tf.sign(st)
    tf.square(st)
    tf.sqrt(x=st)
    tf.math.erf(st).indices
    tf.tanh(st)
    tf.math.bessel_i0e(st).indices
    tf.math.bessel_i1e(st).indices
    tf.exp(st)
    tf.cos(st)
    tf.sigmoid(st)
    tf.nn.relu(st)
    tf.reduce_sum(st)
    tf.reduce_max(st)
    tf.matmul(st,st)
    tf.add(st,st)
    tf.equal(st,st)
    tf.where(st)
    tf.one_hot(st,3)
    tf.transpose(st)
    tf.reshape(st,[-1])
    tf.expand_dims(st,0)
    tf.concat([st,st],0)
    tf.stack([st,st])
    tf.squeeze(st)
    tf.gather(st,[0])
    tf.tile(st,[1,1])
    tf.broadcast_to(st,[3,4])
    tf.clip_by_value(st,0,1)
    tf.strings.as_string(st)
    tf.debugging.assert_type(st,tf.float32)
    tf.debugging.assert_type(st,tf.int32)
    tf.debugging.assert_rank(st,2)
    tf.debugging.assert_rank(st,3)
    tf.debugging.assert_rank_at_least(st,2)
    tf.debugging.assert_rank_at_least(st,3)
    tf.debugging.assert_rank_in(st,(2,3))
    tf.debugging.assert_shapes([(st,(3,4))])
    tf.debugging.assert_shapes([(st,('N','M')),(tf.ones([4]),('M',))])
    tf.debugging.assert_shapes([(st,(3,5))])
    tf.debugging.is_numeric_tensor(st)
    tf.debugging.check_numerics(st,'')
    tf.nest.flatten(st)
    tf.nest.flatten(st,expand_composites=True)
    tf.nest.flatten(tf.compat.v1.SparseTensorValue([[0]],[1],[2]))
    tf.nest.map_structure(lambda x:x,st,expand_composites=True)
    tf.nest.assert_same_structure(st,tf.sparse.eye(3),expand_composites=True)
    tf.nest.is_nested(st)
    st._type_spec
    tf.type_spec_from_value(st)
    tf.type_spec_from_value(tf.compat.v1.SparseTensorValue(np.array([[0]]),np.array([1]),[2]))
    tf.SparseTensorSpec([None,3])
    tf.SparseTensorSpec()
    tf.SparseTensorSpec(dtype='int32').dtype
    tf.SparseTensorSpec([None,3],tf.int32).shape
    tf.SparseTensorSpec([None,3],tf.int32)._component_specs
    tf.SparseTensorSpec([None,3],tf.int32).flatten()
    tf.SparseTensorSpec([3,4]).is_compatible_with(st)
    tf.SparseTensorSpec([3,5]).is_compatible_with(st)
    tf.SparseTensorSpec([3,4],tf.int32).is_compatible_with(st)
    tf.SparseTensorSpec([3,4]).is_subtype_of(tf.SparseTensorSpec([None,4]))
    tf.SparseTensorSpec([3,4]).most_specific_common_supertype([tf.SparseTensorSpec([2,4])])
    tf.SparseTensorSpec([3,4]).most_specific_common_supertype([tf.SparseTensorSpec([3,4],tf.int32)])
    tf.SparseTensorSpec([None,4])._batch(3)
    tf.SparseTensorSpec([None,4])._unbatch()
    tf.SparseTensorSpec([])._unbatch()
    tf.SparseTensorSpec.from_value(st)
    tf.SparseTensorSpec.from_value(3)
    tf.SparseTensorSpec([3,4])==st._type_spec
    tf.SparseTensorSpec([3,4]).value_type
    tf.SparseTensorSpec([3,4])._to_legacy_output_classes()
    tf.map_fn(lambda x:x,tf.SparseTensor([[0,0],[2,0],[2,1]],[2,3,4],[4,4]))
    tf.map_fn(tf.sparse.reduce_sum,tf.SparseTensor([[0,0],[2,0],[2,1]],[2,3,4],[4,4]),fn_output_signature=tf.int32)
    tf.map_fn(tf.sparse.eye,tf.constant([2,3]),fn_output_signature=tf.SparseTensorSpec(None,tf.float32))
    tf.map_fn(tf.sparse.reduce_sum,tf.SparseTensor([[0],[2]],[2,3],[4]),fn_output_signature=tf.int32)
    tf.map_fn(tf.sparse.reduce_sum,st)
    tf.map_fn(lambda x:x[0],(st,tf.range(3)),fn_output_signature=tf.SparseTensorSpec(None,tf.float32))
    tf.map_fn(tf.sparse.from_dense,tf.ragged.constant([[1,2],[3]]),fn_output_signature=tf.SparseTensorSpec(None,tf.int32))
    tf.while_loop(lambda i,x:i<2,lambda i,x:(i+1,x*2),(0,st))
    tf.cond(True,lambda:st,lambda:st*2)
    tf.case([(tf.constant(False),lambda:st)],default=lambda:st*2)
    tf.function(lambda x:x)(st)
    tf.function(lambda x:x*2)(st)
    tf.function(lambda:st*2)()
    tf.function(lambda x:x.shape.as_list())(st)
    tf.RaggedTensor.from_sparse(tf.SparseTensor([[0,0],[0,1],[2,0]],[1,2,3],[4,3]))
    tf.RaggedTensor.from_sparse(st)
    tf.RaggedTensor.from_sparse(tf.SparseTensor([[0]],[1],[3]))
    tf.RaggedTensor.from_sparse([1])
    tf.RaggedTensor.from_sparse(tf.compat.v1.SparseTensorValue([[0,0]],[1],[2,2]))
    tf.RaggedTensor.from_sparse(tf.SparseTensor([[0,0]],["a"],[2,2]),row_splits_dtype=tf.int32).row_splits
    rt.to_sparse()
    r3.to_sparse()
    r3i.to_sparse()
    words.to_sparse()
    tf.compat.v1.sparse.add(st,st,thresh=9.)
    tf.compat.v1.sparse.add(st,st,1.,thresh=9.)
    tf.compat.v1.sparse.concat(0,[st,st])
    tf.compat.v1.sparse.concat(None,[st,st],concat_dim=1)
    tf.compat.v1.sparse.split(sp_input=st,num_split=2,split_dim=1)
    tf.compat.v1.sparse.split(st,2,1)
    tf.compat.v1.sparse.reduce_sum(st,reduction_axes=1,keep_dims=True)
    tf.compat.v1.sparse_reduce_max(st,1)
    tf.compat.v1.sparse.reduce_sum_sparse(st,1)
    tf.compat.v1.sparse.reduce_max_sparse(st,0)
    tf.compat.v1.sparse_segment_sum(tf.ones([3,2]),[0,1],[0,1],'name')
    tf.compat.v1.sparse.segment_mean(tf.ones([3,2]),[0,1],[0,0],num_segments=3)
    tf.compat.v1.sparse.segment_sqrt_n(tf.ones([3,2]),[0,1],[0,0])
    tf.compat.v1.sparse.merge(tf.SparseTensor([[0,0],[1,0]],[4,2],[2,1]),tf.SparseTensor([[0,0],[1,0]],[.5,.25],[2,1]),5)
    tf.compat.v1.sparse_merge([tf.SparseTensor([[0,0],[0,1]],[4,2],[1,2])]*2,tf.SparseTensor([[0,0],[0,1]],[.5,.25],[1,2]),[5,6])
    tf.compat.v1.sparse_tensor_to_dense(st)
    tf.compat.v1.sparse.matmul(st,tf.ones([4,1]))
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
