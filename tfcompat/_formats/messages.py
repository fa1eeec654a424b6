"""The messages of graphs, checkpoints and SavedModels, in the words of `protos`: one a line, with its fields."""

GRAPHS = """
VersionDef: 1 producer int32, 2 min_consumer int32, 3 bad_consumers *int32
AttrValue.ListValue: 2 s *bytes, 3 i *int64, 4 f *float, 5 b *bool, 6 type *DataType, 7 shape *TensorShapeProto, 8 \
tensor *TensorProto, 9 func *NameAttrList
AttrValue: 2 value/s bytes, 3 value/i int64, 4 value/f float, 5 value/b bool, 6 value/type DataType, 7 value/shape \
TensorShapeProto, 8 value/tensor TensorProto, 1 value/list AttrValue.ListValue, 10 value/func NameAttrList, 9 \
value/placeholder string
NameAttrList: 1 name string, 2 attr map AttrValue
FullTypeDef: 1 type_id int32, 2 args *FullTypeDef, 3 attr/s string, 4 attr/i int64
NodeDef.ExperimentalDebugInfo: 1 original_node_names *string, 2 original_func_names *string
NodeDef: 1 name string, 2 op string, 3 input *string, 4 device string, 5 attr map AttrValue, 6 \
experimental_debug_info NodeDef.ExperimentalDebugInfo, 7 experimental_type FullTypeDef
OpDef.ArgDef: 1 name string, 2 description string, 3 type DataType, 4 type_attr string, 5 number_attr string, 6 \
type_list_attr string, 7 handle_data *ResourceHandleProto.DtypeAndShape, 16 is_ref bool, 17 experimental_full_type \
FullTypeDef
OpDef.AttrDef: 1 name string, 2 type string, 3 default_value AttrValue, 4 description string, 5 has_minimum bool, 6 \
minimum int64, 7 allowed_values AttrValue
OpDef: 1 name string, 2 input_arg *OpDef.ArgDef, 3 output_arg *OpDef.ArgDef, 20 control_output *string, 4 attr \
*OpDef.AttrDef, 8 deprecation OpDeprecation, 5 summary string, 6 description string, 18 is_commutative bool, 16 \
is_aggregate bool, 17 is_stateful bool, 19 allows_uninitialized_input bool, 21 is_distributed_communication bool
OpDeprecation: 1 version int32, 2 explanation string
OpList: 1 op *OpDef
FunctionDefLibrary: 1 function *FunctionDef, 2 gradient *GradientDef, 3 registered_gradients *RegisteredGradient
FunctionDef.ArgAttrs: 1 attr map AttrValue
FunctionDef: 1 signature OpDef, 5 attr map AttrValue, 7 arg_attr map<uint32> FunctionDef.ArgAttrs, 8 \
resource_arg_unique_id map<uint32> uint32, 3 node_def *NodeDef, 4 ret map string, 6 control_ret map string
GradientDef: 1 function_name string, 2 gradient_func string
RegisteredGradient: 1 gradient_func string, 2 registered_op_type string
GraphDebugInfo.FileLineCol: 1 file_index int32, 2 line int32, 3 col int32, 4 func string, 5 code string
GraphDebugInfo.StackTrace: 1 file_line_cols *GraphDebugInfo.FileLineCol, 2 frame_id *fixed64
GraphDebugInfo: 1 files *string, 4 frames_by_id map<fixed64> GraphDebugInfo.FileLineCol, 6 traces_by_id map<fixed64> \
GraphDebugInfo.StackTrace, 2 traces map GraphDebugInfo.StackTrace, 5 name_to_trace_id map fixed64
GraphDef: 1 node *NodeDef, 4 versions VersionDef, 3 version int32, 2 library FunctionDefLibrary, 5 debug_info \
GraphDebugInfo
VariableDef: 1 variable_name string, 6 initial_value_name string, 2 initializer_name string, 3 snapshot_name string, \
4 save_slice_info_def SaveSliceInfoDef, 5 is_resource bool, 7 trainable bool, 8 synchronization int32, 9 aggregation \
int32
UniformQuantizedConvolutionDimensionNumbersAttr: 1 input_batch_dimension int64, 2 input_feature_dimension int64, 3 \
input_spatial_dimensions *int64, 4 kernel_input_feature_dimension int64, 5 kernel_output_feature_dimension int64, 6 \
kernel_spatial_dimensions *int64, 7 output_batch_dimension int64, 8 output_feature_dimension int64, 9 \
output_spatial_dimensions *int64
SaveSliceInfoDef: 1 full_name string, 2 full_shape *int64, 3 var_offset *int64, 4 var_shape *int64
"""

CHECKPOINTS = """
TensorSliceProto.Extent: 1 start int64, 2 has_length_hack/length int64
TensorSliceProto: 1 extent *TensorSliceProto.Extent
BundleHeaderProto: 1 num_shards int32, 2 endianness int32, 3 version VersionDef
BundleEntryProto: 1 dtype DataType, 2 shape TensorShapeProto, 3 shard_id int32, 4 offset int64, 5 size int64, 6 \
crc32c fixed32, 7 slices *TensorSliceProto
SavedSliceMeta: 1 name string, 2 shape TensorShapeProto, 3 type DataType, 4 slice *TensorSliceProto
SavedTensorSliceMeta: 1 tensor *SavedSliceMeta, 2 versions VersionDef
SavedSlice: 1 name string, 2 slice TensorSliceProto, 3 data TensorProto
SavedTensorSlices: 1 meta SavedTensorSliceMeta, 2 data SavedSlice
BoolValue: 1 value bool
RegisteredSaver: 1 name string, 2 object_name string
TrackableObjectGraph.TrackableObject.ObjectReference: 1 node_id int32, 2 local_name string
TrackableObjectGraph.TrackableObject.SerializedTensor: 1 name string, 2 full_name string, 3 checkpoint_key string
TrackableObjectGraph.TrackableObject.SlotVariableReference: 1 original_variable_node_id int32, 2 slot_name string, 3 \
slot_variable_node_id int32
TrackableObjectGraph.TrackableObject: 1 children *TrackableObjectGraph.TrackableObject.ObjectReference, 2 attributes \
*TrackableObjectGraph.TrackableObject.SerializedTensor, 3 slot_variables \
*TrackableObjectGraph.TrackableObject.SlotVariableReference, 4 registered_saver RegisteredSaver, 5 \
has_checkpoint_values BoolValue
TrackableObjectGraph: 1 nodes *TrackableObjectGraph.TrackableObject
CheckpointState: 1 model_checkpoint_path string, 2 all_model_checkpoint_paths *string, 3 \
all_model_checkpoint_timestamps *double, 4 last_preserved_timestamp double
SaverDef: 1 filename_tensor_name string, 2 save_tensor_name string, 3 restore_op_name string, 4 max_to_keep int32, 5 \
sharded bool, 6 keep_checkpoint_every_n_hours float, 7 version int32
QueueRunnerDef: 1 queue_name string, 2 enqueue_op_name *string, 3 close_op_name string, 4 cancel_op_name string, 5 \
queue_closed_exception_types *int32
JobDef: 1 name string, 2 tasks map<int32> string
ClusterDef: 1 job *JobDef
ServerDef: 1 cluster ClusterDef, 2 job_name string, 8 replica int32, 3 task_index int32, 5 protocol string, 6 port int32
"""

SAVED_MODELS = """
StructuredValue: 1 kind/none_value NoneValue, 11 kind/float64_value double, 12 kind/int64_value sint64, 13 \
kind/string_value string, 14 kind/bool_value bool, 31 kind/tensor_shape_value TensorShapeProto, 32 \
kind/tensor_dtype_value DataType, 33 kind/tensor_spec_value TensorSpecProto, 34 kind/type_spec_value TypeSpecProto, \
35 kind/bounded_tensor_spec_value BoundedTensorSpecProto, 51 kind/list_value ListValue, 52 kind/tuple_value \
TupleValue, 53 kind/dict_value DictValue, 54 kind/named_tuple_value NamedTupleValue, 55 kind/tensor_value \
TensorProto, 56 kind/numpy_value TensorProto
NoneValue:
ListValue: 1 values *StructuredValue
TupleValue: 1 values *StructuredValue
DictValue: 1 fields map StructuredValue
PairValue: 1 key string, 2 value StructuredValue
NamedTupleValue: 1 name string, 2 values *PairValue
TensorSpecProto: 1 name string, 2 shape TensorShapeProto, 3 dtype DataType
BoundedTensorSpecProto: 1 name string, 2 shape TensorShapeProto, 3 dtype DataType, 4 minimum TensorProto, 5 maximum \
TensorProto
TypeSpecProto: 1 type_spec_class int32, 2 type_state StructuredValue, 3 type_spec_class_name string, 4 \
num_flat_components int32
Any: 1 type_url string, 2 value bytes
SavedObjectGraph: 1 nodes *SavedObject, 2 concrete_functions map SavedConcreteFunction
SavedObject: 1 children *TrackableObjectGraph.TrackableObject.ObjectReference, 15 dependencies \
*TrackableObjectGraph.TrackableObject.ObjectReference, 3 slot_variables \
*TrackableObjectGraph.TrackableObject.SlotVariableReference, 4 kind/user_object SavedUserObject, 5 kind/asset \
SavedAsset, 6 kind/function SavedFunction, 7 kind/variable SavedVariable, 8 kind/bare_concrete_function \
SavedBareConcreteFunction, 9 kind/constant SavedConstant, 10 kind/resource SavedResource, 12 kind/captured_tensor \
CapturedTensor, 11 saveable_objects map SaveableObject, 13 registered_name string, 14 serialized_user_proto Any, 16 \
registered_saver string
SavedUserObject: 1 identifier string, 2 version VersionDef, 3 metadata string
SavedAsset: 1 asset_file_def_index int32
SavedFunction: 1 concrete_functions *string, 2 function_spec FunctionSpec
CapturedTensor: 1 name string, 2 concrete_function string
SavedConcreteFunction: 2 bound_inputs *int32, 3 canonicalized_input_signature StructuredValue, 4 output_signature \
StructuredValue
SavedBareConcreteFunction: 1 concrete_function_name string, 2 argument_keywords *string, 3 \
allowed_positional_arguments int64, 4 function_spec FunctionSpec
SavedConstant: 1 operation string
SavedVariable: 1 dtype DataType, 2 shape TensorShapeProto, 3 trainable bool, 4 synchronization int32, 5 aggregation \
int32, 6 name string, 7 device string, 8 experimental_distributed_variable_components *SavedVariable
FunctionSpec: 1 fullargspec StructuredValue, 2 is_method bool, 5 input_signature StructuredValue, 6 jit_compile int32
SavedResource: 1 device string
SaveableObject: 2 save_function int32, 3 restore_function int32
MetaGraphDef.MetaInfoDef: 1 meta_graph_version string, 2 stripped_op_list OpList, 3 any_info Any, 4 tags *string, 5 \
tensorflow_version string, 6 tensorflow_git_version string, 7 stripped_default_attrs bool, 8 function_aliases map \
string
MetaGraphDef: 1 meta_info_def MetaGraphDef.MetaInfoDef, 2 graph_def GraphDef, 3 saver_def SaverDef, 4 collection_def \
map CollectionDef, 5 signature_def map SignatureDef, 6 asset_file_def *AssetFileDef, 7 object_graph_def \
SavedObjectGraph
CollectionDef.NodeList: 1 value *string
CollectionDef.BytesList: 1 value *bytes
CollectionDef.Int64List: 1 value *int64
CollectionDef.FloatList: 1 value *float
CollectionDef.AnyList: 1 value *Any
CollectionDef: 1 kind/node_list CollectionDef.NodeList, 2 kind/bytes_list CollectionDef.BytesList, 3 kind/int64_list \
CollectionDef.Int64List, 4 kind/float_list CollectionDef.FloatList, 5 kind/any_list CollectionDef.AnyList
TensorInfo.CooSparse: 1 values_tensor_name string, 2 indices_tensor_name string, 3 dense_shape_tensor_name string
TensorInfo.CompositeTensor: 1 type_spec TypeSpecProto, 2 components *TensorInfo
TensorInfo: 1 encoding/name string, 4 encoding/coo_sparse TensorInfo.CooSparse, 5 encoding/composite_tensor \
TensorInfo.CompositeTensor, 2 dtype DataType, 3 tensor_shape TensorShapeProto
SignatureDef: 1 inputs map TensorInfo, 2 outputs map TensorInfo, 3 method_name string, 4 defaults map TensorProto
AssetFileDef: 1 tensor_info TensorInfo, 2 filename string
KerasSavedObject: 2 node_id int32, 3 node_path string, 4 identifier string, 5 metadata string
KerasSavedMetadata: 1 nodes *KerasSavedObject
SavedModel: 1 saved_model_schema_version int64, 2 meta_graphs *MetaGraphDef
FingerprintDef: 1 saved_model_checksum uint64, 2 graph_def_program_hash uint64, 3 signature_def_hash uint64, 4 \
saved_object_graph_hash uint64, 5 checkpoint_hash uint64, 7 uuid string, 6 version VersionDef
"""

EVENTS = """
Event: 1 wall_time double, 2 step int64, 3 what/file_version string, 4 what/graph_def bytes, 5 what/summary Summary, \
6 what/log_message LogMessage, 7 what/session_log SessionLog, 8 what/tagged_run_metadata TaggedRunMetadata, 9 \
what/meta_graph_def bytes, 10 source_metadata SourceMetadata
LogMessage: 1 level int32, 2 message string
SessionLog: 1 status int32, 2 checkpoint_path string, 3 msg string
TaggedRunMetadata: 1 tag string, 2 run_metadata bytes
SourceMetadata: 1 writer string
SummaryMetadata.PluginData: 1 plugin_name string, 2 content bytes
SummaryMetadata: 1 plugin_data SummaryMetadata.PluginData, 2 display_name string, 3 summary_description string, 4 \
data_class int32
HistogramProto: 1 min double, 2 max double, 3 num double, 4 sum double, 5 sum_squares double, 6 bucket_limit *double, \
7 bucket *double
Summary.Image: 1 height int32, 2 width int32, 3 colorspace int32, 4 encoded_image_string bytes
Summary.Audio: 1 sample_rate float, 2 num_channels int64, 3 length_frames int64, 4 encoded_audio_string bytes, 5 \
content_type string
Summary.Value: 7 node_name string, 1 tag string, 9 metadata SummaryMetadata, 2 value/simple_value float, 3 \
value/obsolete_old_style_histogram bytes, 4 value/image Summary.Image, 5 value/histo HistogramProto, 6 value/audio \
Summary.Audio, 8 value/tensor TensorProto
Summary: 1 value *Summary.Value
RunMetadata.FunctionGraphs: 1 partition_graphs *GraphDef, 2 pre_optimization_graph GraphDef, 3 post_optimization_graph \
GraphDef
RunMetadata: 3 partition_graphs *GraphDef, 4 function_graphs *RunMetadata.FunctionGraphs
"""

QUANTIZATION = """
enum OpSet: OP_SET_UNSPECIFIED TF XLA UNIFORM_QUANTIZED STABLEHLO
enum QuantizationMethod.PresetMethod: METHOD_UNSPECIFIED METHOD_NO_QUANTIZE METHOD_STATIC_RANGE_INT8 \
METHOD_DYNAMIC_RANGE_INT8 METHOD_STATIC_RANGE_WEIGHT_ONLY_INT8
QuantizationMethod: 4 preset_method QuantizationMethod.PresetMethod, 3 quantization_component_specs \
*QuantizationComponentSpec
enum QuantizationComponentSpec.QuantizationComponent: COMPONENT_UNSPECIFIED COMPONENT_ACTIVATION COMPONENT_WEIGHT \
COMPONENT_BIAS
enum QuantizationComponentSpec.TensorType: TENSORTYPE_UNSPECIFIED TENSORTYPE_INT_4 TENSORTYPE_INT_8 TENSORTYPE_INT_32
QuantizationComponentSpec: 1 quantization_component QuantizationComponentSpec.QuantizationComponent, 2 tensor_type \
QuantizationComponentSpec.TensorType
UnitWiseQuantizationSpec.QuantizationUnit: 1 op_type string, 2 node_name string, 3 func_name string
UnitWiseQuantizationSpec: 5 unit *UnitWiseQuantizationSpec.QuantizationUnit, 6 quantization_method QuantizationMethod
RepresentativeDataSample: 2 tensor_proto_inputs map TensorProto
RepresentativeDatasetFile: 1 dataset_file/tfrecord_file_path string
enum CalibrationOptions.CalibrationMethod: CALIBRATION_METHOD_UNSPECIFIED CALIBRATION_METHOD_MIN_MAX \
CALIBRATION_METHOD_AVERAGE_MIN_MAX CALIBRATION_METHOD_HISTOGRAM_PERCENTILE CALIBRATION_METHOD_HISTOGRAM_MSE_BRUTEFORCE \
CALIBRATION_METHOD_HISTOGRAM_MSE_MAX_FREQUENCY CALIBRATION_METHOD_HISTOGRAM_MSE_SYMMETRIC
CalibrationOptions.CalibrationParameters: 1 num_bins int32, 2 min_percentile float, 3 max_percentile float
CalibrationOptions: 1 calibration_method CalibrationOptions.CalibrationMethod, 2 calibration_parameters \
CalibrationOptions.CalibrationParameters, 4 calibration_data_dir string, 5 force_regenerate_calibration_data bool
enum DebuggerConfig.DebuggerType: DEBUGGER_TYPE_UNSPECIFIED DEBUGGER_TYPE_WHOLE_MODEL DEBUGGER_TYPE_INT_PER_LAYER \
DEBUGGER_TYPE_FLOAT_PER_LAYER
DebuggerConfig: 1 debugger_type DebuggerConfig.DebuggerType, 2 unquantized_dump_model_path string, 3 log_dir_path string
QuantizationOptions: 1 quantization_method QuantizationMethod, 2 op_set OpSet, 17 unit_wise_quantization_specs \
*UnitWiseQuantizationSpec, 5 tags *string, 6 signature_keys *string, 7 representative_datasets map \
RepresentativeDatasetFile, 8 min_num_elements_for_weights int64, 9 freeze_all_variables ?bool, 10 \
enable_per_channel_quantization ?bool, 11 enable_two_input_tensors bool, 12 experimental_enable_tpu_model_support \
bool, 13 enable_legacy_weight_only bool, 14 force_graph_mode_calibration bool, 15 calibration_options \
CalibrationOptions, 16 debugger_config DebuggerConfig
"""
