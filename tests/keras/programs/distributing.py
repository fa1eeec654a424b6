D = keras.distribution
print(D.list_devices("cpu"))
mesh = D.DeviceMesh((1, 1), ["batch", "model"], ["cpu:0"])
print(mesh, mesh.shape, mesh.axis_names, mesh.devices.tolist())
layout = D.TensorLayout([None, "model"], mesh)
print(layout, layout.axes)


def refused(function):
    try:
        function()
    except Exception as error:
        print(type(error).__name__)


refused(lambda: D.TensorLayout(["nope"], mesh))
refused(lambda: D.DeviceMesh((2,), ["batch"], ["cpu:0"]))
refused(lambda: D.DeviceMesh((), []))
refused(lambda: D.DeviceMesh((1, 1), ["batch"], ["cpu:0"]))
refused(lambda: setattr(layout, "device_mesh", mesh))
layouts = D.LayoutMap(mesh)
layouts["dense.*kernel"] = (None, "model")
layouts["dense/bias"] = D.TensorLayout(["model"])
print(layouts["dense_1/kernel"], layouts["dense/bias"], layouts["conv/kernel"], len(layouts), list(layouts))
refused(lambda: layouts.__setitem__("dense/bias", ("model",)))
refused(lambda: layouts.__setitem__("x", 3))
layouts["dense_1/.*"] = ("model", None)
refused(lambda: layouts["dense_1/kernel"])
data = D.DataParallel(devices=["cpu:0"])
print(data, data.batch_dim_name, data.num_model_replicas, data.num_processes, data.data_shard_id)
print(data.get_data_layout((None, 3)), data.get_tensor_layout("a"))
model_parallel = D.ModelParallel(layout_map=layouts, batch_dim_name="batch")
print(model_parallel, model_parallel.num_model_replicas, model_parallel.get_tensor_layout("dense/bias"))
refused(lambda: D.ModelParallel(layout_map=None))
refused(lambda: D.DataParallel(device_mesh=3))
variable = keras.Variable(np.ones((2, 3)), name="bias")
print(data.get_variable_layout(variable))
print(D.distribution())
with data.scope():
    print(D.distribution() is data)
print(D.distribution())

masks = np.array([[[[0], [1]], [[2], [-1]]]])
images = np.arange(12.0).reshape(1, 2, 2, 3) * 20
V = keras.visualization
print(V.draw_segmentation_masks(images, masks, num_classes=3).tolist())
colors = {0: (255, 0, 0), 1: (0, 255, 0)}
print(V.draw_segmentation_masks(images, masks, num_classes=2, color_mapping=colors, alpha=0.5).tolist())
print(np.asarray(V.draw_segmentation_masks(images, masks, num_classes=3, blend=False)).tolist())
refused(lambda: V.draw_segmentation_masks(images, masks.astype("float32")))
refused(lambda: V.draw_segmentation_masks(images[0], masks))
