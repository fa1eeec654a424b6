"""Pieces of ragged tensors, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    rt[5]
    rt[-1]
    rt[-3]
    rt[0,5]
    rt[:,0]
    rt[:,:,0]
    rt['a']
    rt[1.5]
    rt[:,0:1]
    rt[:,'a':]
    rt[::-1]
    rt[:,::-1]
    rt[None]
    rt[:,None]
    rt[...,0:1]
    rt[...]
    rt[tf.constant([True,False])]
    rt[tf.ragged.constant([[True,False],[False]])]
    u[:,0]
    u[:,-1]
    u[:,5]
    u[:,:1].shape
    u[0:1].shape
    u[None].shape
    u[:,None].shape
    u[...,None]
    r3[:,:,0:1]
    r3[...,0]
    r3[:,0]
    r3[...,:1]
    r3[0,...]
    r3[:,:,None]
    r3[:,:,:,None]
    r3[1:,0:1]
    r3[:,1:]
    r3[:,-1:]
    r3[:,::2]
    r3[::2]
    r3[-1:]
    r3[tf.constant(1)]
    r3[0,0,0]
    r3[0,0,0,0]
    r3[:,:,:,0]
    r3i[:,:,0]
    r3i[:,:,1:]
    r3i[:,1:,0]
    r3i[...,0]
    rt[np.int64(1)]
    rt[0:tf.constant(1)]
    rt[()]
    rt[[0]]
    rt[[0,1]]
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
