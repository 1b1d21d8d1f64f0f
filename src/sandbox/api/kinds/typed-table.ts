/**
 * The wire format of the built-in kinds: one line per type, `<type> | <field><mark>:<type of its values> …`. Taken from the
 * Go types of k8s.io/api v0.34.
 *
 * Marks: none, left out when it holds its zero value; `?`, kept whenever it is given; `!`, always there, if need be with
 * its zero value. Types end with `[]` for lists and `{}` for maps. `port` is a number or text.
 */
export const TYPED_TABLE = `
AWSElasticBlockStoreVolumeSource | volumeID!:string fsType:string partition:int32 readOnly:bool
Affinity | nodeAffinity?:NodeAffinity podAffinity?:PodAffinity podAntiAffinity?:PodAntiAffinity
AppArmorProfile | type!:string localhostProfile?:string
AttachedVolume | name!:string devicePath!:string
AzureDiskVolumeSource | diskName!:string diskURI!:string cachingMode?:string fsType?:string readOnly?:bool kind?:string
AzureFileVolumeSource | secretName!:string shareName!:string readOnly:bool
CSIVolumeSource | driver!:string readOnly?:bool fsType?:string volumeAttributes:string{} nodePublishSecretRef?:LocalObjectReference
Capabilities | add:string[] drop:string[]
CephFSVolumeSource | monitors!:string[] path:string user:string secretFile:string secretRef?:LocalObjectReference readOnly:bool
CinderVolumeSource | volumeID!:string fsType:string readOnly:bool secretRef?:LocalObjectReference
ClientIPConfig | timeoutSeconds?:int32
ClusterTrustBundleProjection | name?:string signerName?:string labelSelector?:LabelSelector optional?:bool path!:string
Condition | type!:string status!:string observedGeneration:int64 lastTransitionTime!:time reason!:string message!:string
ConfigMapEnvSource | name:string optional?:bool
ConfigMapKeySelector | name:string key!:string optional?:bool
ConfigMapNodeConfigSource | namespace!:string name!:string uid:string resourceVersion:string kubeletConfigKey!:string
ConfigMapProjection | name:string items:KeyToPath[] optional?:bool
ConfigMapVolumeSource | name:string items:KeyToPath[] defaultMode?:int32 optional?:bool
ConfigMap | metadata!:ObjectMeta immutable?:bool data:string{} binaryData:bytes{}
ContainerExtendedResourceRequest | containerName!:string resourceName!:string requestName!:string
ContainerImage | names!:string[] sizeBytes:int64
ContainerPort | name:string hostPort:int32 containerPort!:int32 protocol:string hostIP:string
ContainerResizePolicy | resourceName!:string restartPolicy!:string
ContainerResourceMetricSource | name!:string target!:MetricTarget container!:string
ContainerResourceMetricStatus | name!:string current!:MetricValueStatus container!:string
ContainerRestartRuleOnExitCodes | operator:string values:int32[]
ContainerRestartRule | action:string exitCodes?:ContainerRestartRuleOnExitCodes
ContainerStateRunning | startedAt!:time
ContainerStateTerminated | exitCode!:int32 signal:int32 reason:string message:string startedAt!:time finishedAt!:time containerID:string
ContainerStateWaiting | reason:string message:string
ContainerState | waiting?:ContainerStateWaiting running?:ContainerStateRunning terminated?:ContainerStateTerminated
ContainerStatus | name!:string state!:ContainerState lastState!:ContainerState ready!:bool restartCount!:int32 image!:string imageID!:string containerID:string started?:bool allocatedResources:quantity{} resources?:ResourceRequirements volumeMounts:VolumeMountStatus[] user?:ContainerUser allocatedResourcesStatus:ResourceStatus[] stopSignal?:string
ContainerUser | linux?:LinuxContainerUser
Container | name!:string image:string command:string[] args:string[] workingDir:string ports:ContainerPort[] envFrom:EnvFromSource[] env:EnvVar[] resources!:ResourceRequirements resizePolicy:ContainerResizePolicy[] restartPolicy?:string restartPolicyRules:ContainerRestartRule[] volumeMounts:VolumeMount[] volumeDevices:VolumeDevice[] livenessProbe?:Probe readinessProbe?:Probe startupProbe?:Probe lifecycle?:Lifecycle terminationMessagePath:string terminationMessagePolicy:string imagePullPolicy:string securityContext?:SecurityContext stdin:bool stdinOnce:bool tty:bool
CrossVersionObjectReference | kind!:string name!:string apiVersion:string
DaemonEndpoint | Port!:int32
DaemonSetCondition | type!:string status!:string lastTransitionTime!:time reason:string message:string
DaemonSetSpec | selector?:LabelSelector template!:PodTemplateSpec updateStrategy!:DaemonSetUpdateStrategy minReadySeconds:int32 revisionHistoryLimit?:int32
DaemonSetStatus | currentNumberScheduled!:int32 numberMisscheduled!:int32 desiredNumberScheduled!:int32 numberReady!:int32 observedGeneration:int64 updatedNumberScheduled:int32 numberAvailable:int32 numberUnavailable:int32 collisionCount?:int32 conditions:DaemonSetCondition[]
DaemonSetUpdateStrategy | type:string rollingUpdate?:RollingUpdateDaemonSet
DaemonSet | metadata!:ObjectMeta spec!:DaemonSetSpec status!:DaemonSetStatus
DeploymentCondition | type!:string status!:string lastUpdateTime!:time lastTransitionTime!:time reason:string message:string
DeploymentSpec | replicas?:int32 selector?:LabelSelector template!:PodTemplateSpec strategy!:DeploymentStrategy minReadySeconds:int32 revisionHistoryLimit?:int32 paused:bool progressDeadlineSeconds?:int32
DeploymentStatus | observedGeneration:int64 replicas:int32 updatedReplicas:int32 readyReplicas:int32 availableReplicas:int32 unavailableReplicas:int32 terminatingReplicas?:int32 conditions:DeploymentCondition[] collisionCount?:int32
DeploymentStrategy | type:string rollingUpdate?:RollingUpdateDeployment
Deployment | metadata!:ObjectMeta spec!:DeploymentSpec status!:DeploymentStatus
DownwardAPIProjection | items:DownwardAPIVolumeFile[]
DownwardAPIVolumeFile | path!:string fieldRef?:ObjectFieldSelector resourceFieldRef?:ResourceFieldSelector mode?:int32
DownwardAPIVolumeSource | items:DownwardAPIVolumeFile[] defaultMode?:int32
EmptyDirVolumeSource | medium:string sizeLimit?:quantity
EndpointAddress | ip!:string hostname:string nodeName?:string targetRef?:ObjectReference
EndpointConditions | ready?:bool serving?:bool terminating?:bool
EndpointHints | forZones:ForZone[] forNodes:ForNode[]
EndpointPort | name:string port!:int32 protocol:string appProtocol?:string
EndpointSlice | metadata!:ObjectMeta addressType!:string endpoints!:Endpoint[] ports!:SlicePort[]
EndpointSubset | addresses:EndpointAddress[] notReadyAddresses:EndpointAddress[] ports:EndpointPort[]
Endpoints | metadata!:ObjectMeta subsets:EndpointSubset[]
Endpoint | addresses!:string[] conditions!:EndpointConditions hostname?:string targetRef?:ObjectReference deprecatedTopology:string{} nodeName?:string zone?:string hints?:EndpointHints
EnvFromSource | prefix:string configMapRef?:ConfigMapEnvSource secretRef?:SecretEnvSource
EnvVarSource | fieldRef?:ObjectFieldSelector resourceFieldRef?:ResourceFieldSelector configMapKeyRef?:ConfigMapKeySelector secretKeyRef?:SecretKeySelector fileKeyRef?:FileKeySelector
EnvVar | name!:string value:string valueFrom?:EnvVarSource
EphemeralContainer | name!:string image:string command:string[] args:string[] workingDir:string ports:ContainerPort[] envFrom:EnvFromSource[] env:EnvVar[] resources!:ResourceRequirements resizePolicy:ContainerResizePolicy[] restartPolicy?:string restartPolicyRules:ContainerRestartRule[] volumeMounts:VolumeMount[] volumeDevices:VolumeDevice[] livenessProbe?:Probe readinessProbe?:Probe startupProbe?:Probe lifecycle?:Lifecycle terminationMessagePath:string terminationMessagePolicy:string imagePullPolicy:string securityContext?:SecurityContext stdin:bool stdinOnce:bool tty:bool targetContainerName:string
EphemeralVolumeSource | volumeClaimTemplate?:PersistentVolumeClaimTemplate
EventSeries | count:int32 lastObservedTime!:microtime
EventSource | component:string host:string
Event | metadata!:ObjectMeta involvedObject!:ObjectReference reason:string message:string source!:EventSource firstTimestamp!:time lastTimestamp!:time count:int32 type:string eventTime!:microtime series?:EventSeries action:string related?:ObjectReference reportingComponent!:string reportingInstance!:string
ExecAction | command:string[]
ExternalMetricSource | metric!:MetricIdentifier target!:MetricTarget
ExternalMetricStatus | metric!:MetricIdentifier current!:MetricValueStatus
FCVolumeSource | targetWWNs:string[] lun?:int32 fsType:string readOnly:bool wwids:string[]
FileKeySelector | volumeName!:string path!:string key!:string optional?:bool
FlexVolumeSource | driver!:string fsType:string secretRef?:LocalObjectReference readOnly:bool options:string{}
FlockerVolumeSource | datasetName:string datasetUUID:string
ForNode | name!:string
ForZone | name!:string
GCEPersistentDiskVolumeSource | pdName!:string fsType:string partition:int32 readOnly:bool
GRPCAction | port!:int32 service?:string
GitRepoVolumeSource | repository!:string revision:string directory:string
GlusterfsVolumeSource | endpoints!:string path!:string readOnly:bool
HPAScalingPolicy | type!:string value!:int32 periodSeconds!:int32
HPAScalingRules | stabilizationWindowSeconds?:int32 selectPolicy?:string policies:HPAScalingPolicy[] tolerance?:quantity
HTTPGetAction | path:string port!:port host:string scheme:string httpHeaders:HTTPHeader[]
HTTPHeader | name!:string value!:string
HTTPIngressPath | path:string pathType?:string backend!:IngressBackend
HTTPIngressRuleValue | paths!:HTTPIngressPath[]
HorizontalPodAutoscalerBehavior | scaleUp?:HPAScalingRules scaleDown?:HPAScalingRules
HorizontalPodAutoscalerCondition | type!:string status!:string lastTransitionTime!:time reason:string message:string
HorizontalPodAutoscalerSpec | scaleTargetRef!:CrossVersionObjectReference minReplicas?:int32 maxReplicas!:int32 metrics:MetricSpec[] behavior?:HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus | observedGeneration?:int64 lastScaleTime?:time currentReplicas:int32 desiredReplicas!:int32 currentMetrics!:MetricStatus[] conditions:HorizontalPodAutoscalerCondition[]
HorizontalPodAutoscaler | metadata!:ObjectMeta spec!:HorizontalPodAutoscalerSpec status!:HorizontalPodAutoscalerStatus
HostAlias | ip!:string hostnames:string[]
HostIP | ip!:string
HostPathVolumeSource | path!:string type?:string
ISCSIVolumeSource | targetPortal!:string iqn!:string lun!:int32 iscsiInterface:string fsType:string readOnly:bool portals:string[] chapAuthDiscovery:bool chapAuthSession:bool secretRef?:LocalObjectReference initiatorName?:string
ImageVolumeSource | reference:string pullPolicy:string
IngressBackend | service?:IngressServiceBackend resource?:TypedLocalObjectReference
IngressLoadBalancerIngress | ip:string hostname:string ports:IngressPortStatus[]
IngressLoadBalancerStatus | ingress:IngressLoadBalancerIngress[]
IngressPortStatus | port!:int32 protocol!:string error?:string
IngressRule | host:string http?:HTTPIngressRuleValue
IngressServiceBackend | name!:string port!:ServiceBackendPort
IngressSpec | ingressClassName?:string defaultBackend?:IngressBackend tls:IngressTLS[] rules:IngressRule[]
IngressStatus | loadBalancer!:IngressLoadBalancerStatus
IngressTLS | hosts:string[] secretName:string
Ingress | metadata!:ObjectMeta spec!:IngressSpec status!:IngressStatus
KeyToPath | key!:string path!:string mode?:int32
LabelSelectorRequirement | key!:string operator!:string values:string[]
LabelSelector | matchLabels:string{} matchExpressions:LabelSelectorRequirement[]
LeaseSpec | holderIdentity?:string leaseDurationSeconds?:int32 acquireTime?:microtime renewTime?:microtime leaseTransitions?:int32 strategy?:string preferredHolder?:string
Lease | metadata!:ObjectMeta spec!:LeaseSpec
LifecycleHandler | exec?:ExecAction httpGet?:HTTPGetAction tcpSocket?:TCPSocketAction sleep?:SleepAction
Lifecycle | postStart?:LifecycleHandler preStop?:LifecycleHandler stopSignal?:string
LinuxContainerUser | uid!:int64 gid!:int64 supplementalGroups:int64[]
LoadBalancerIngress | ip:string hostname:string ipMode?:string ports:PortStatus[]
LoadBalancerStatus | ingress:LoadBalancerIngress[]
LocalObjectReference | name:string
ManagedFieldsEntry | manager:string operation:string apiVersion:string time?:time fieldsType:string fieldsV1?:raw subresource:string
MetricIdentifier | name!:string selector?:LabelSelector
MetricSpec | type!:string object?:ObjectMetricSource pods?:PodsMetricSource resource?:ResourceMetricSource containerResource?:ContainerResourceMetricSource external?:ExternalMetricSource
MetricStatus | type!:string object?:ObjectMetricStatus pods?:PodsMetricStatus resource?:ResourceMetricStatus containerResource?:ContainerResourceMetricStatus external?:ExternalMetricStatus
MetricTarget | type!:string value?:quantity averageValue?:quantity averageUtilization?:int32
MetricValueStatus | value?:quantity averageValue?:quantity averageUtilization?:int32
ModifyVolumeStatus | targetVolumeAttributesClassName:string status!:string
NFSVolumeSource | server!:string path!:string readOnly:bool
NamespaceCondition | type!:string status!:string lastTransitionTime!:time reason:string message:string
NamespaceSpec | finalizers:string[]
NamespaceStatus | phase:string conditions:NamespaceCondition[]
Namespace | metadata!:ObjectMeta spec!:NamespaceSpec status!:NamespaceStatus
NodeAddress | type!:string address!:string
NodeAffinity | requiredDuringSchedulingIgnoredDuringExecution?:NodeSelector preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[]
NodeCondition | type!:string status!:string lastHeartbeatTime!:time lastTransitionTime!:time reason:string message:string
NodeConfigSource | configMap?:ConfigMapNodeConfigSource
NodeConfigStatus | assigned?:NodeConfigSource active?:NodeConfigSource lastKnownGood?:NodeConfigSource error:string
NodeDaemonEndpoints | kubeletEndpoint!:DaemonEndpoint
NodeFeatures | supplementalGroupsPolicy?:bool
NodeRuntimeHandlerFeatures | recursiveReadOnlyMounts?:bool userNamespaces?:bool
NodeRuntimeHandler | name!:string features?:NodeRuntimeHandlerFeatures
NodeSelectorRequirement | key!:string operator!:string values:string[]
NodeSelectorTerm | matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]
NodeSelector | nodeSelectorTerms!:NodeSelectorTerm[]
NodeSpec | podCIDR:string podCIDRs:string[] providerID:string unschedulable:bool taints:Taint[] configSource?:NodeConfigSource externalID:string
NodeStatus | capacity:quantity{} allocatable:quantity{} phase:string conditions:NodeCondition[] addresses:NodeAddress[] daemonEndpoints!:NodeDaemonEndpoints nodeInfo!:NodeSystemInfo images:ContainerImage[] volumesInUse:string[] volumesAttached:AttachedVolume[] config?:NodeConfigStatus runtimeHandlers:NodeRuntimeHandler[] features?:NodeFeatures
NodeSwapStatus | capacity?:int64
NodeSystemInfo | machineID!:string systemUUID!:string bootID!:string kernelVersion!:string osImage!:string containerRuntimeVersion!:string kubeletVersion!:string kubeProxyVersion!:string operatingSystem!:string architecture!:string swap?:NodeSwapStatus
Node | metadata!:ObjectMeta spec!:NodeSpec status!:NodeStatus
ObjectFieldSelector | apiVersion:string fieldPath!:string
ObjectMeta | name:string generateName:string namespace:string selfLink:string uid:string resourceVersion:string generation:int64 creationTimestamp:time deletionTimestamp?:time deletionGracePeriodSeconds?:int64 labels:string{} annotations:string{} ownerReferences:OwnerReference[] finalizers:string[] managedFields:ManagedFieldsEntry[]
ObjectMetricSource | describedObject!:CrossVersionObjectReference target!:MetricTarget metric!:MetricIdentifier
ObjectMetricStatus | metric!:MetricIdentifier current!:MetricValueStatus describedObject!:CrossVersionObjectReference
ObjectReference | kind:string namespace:string name:string uid:string apiVersion:string resourceVersion:string fieldPath:string
OwnerReference | apiVersion!:string kind!:string name!:string uid!:string controller?:bool blockOwnerDeletion?:bool
PersistentVolumeClaimCondition | type!:string status!:string lastProbeTime!:time lastTransitionTime!:time reason:string message:string
PersistentVolumeClaimSpec | accessModes:string[] selector?:LabelSelector resources!:VolumeResourceRequirements volumeName:string storageClassName?:string volumeMode?:string dataSource?:TypedLocalObjectReference dataSourceRef?:TypedObjectReference volumeAttributesClassName?:string
PersistentVolumeClaimStatus | phase:string accessModes:string[] capacity:quantity{} conditions:PersistentVolumeClaimCondition[] allocatedResources:quantity{} allocatedResourceStatuses:string{} currentVolumeAttributesClassName?:string modifyVolumeStatus?:ModifyVolumeStatus
PersistentVolumeClaimTemplate | metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource | claimName!:string readOnly:bool
PersistentVolumeClaim | metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus
PhotonPersistentDiskVolumeSource | pdID!:string fsType:string
PodAffinityTerm | labelSelector?:LabelSelector namespaces:string[] topologyKey!:string namespaceSelector?:LabelSelector matchLabelKeys:string[] mismatchLabelKeys:string[]
PodAffinity | requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[] preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
PodAntiAffinity | requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[] preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
PodCertificateProjection | signerName:string keyType:string maxExpirationSeconds?:int32 credentialBundlePath:string keyPath:string certificateChainPath:string
PodCondition | type!:string observedGeneration:int64 status!:string lastProbeTime!:time lastTransitionTime!:time reason:string message:string
PodDNSConfigOption | name:string value?:string
PodDNSConfig | nameservers:string[] searches:string[] options:PodDNSConfigOption[]
PodDisruptionBudgetSpec | minAvailable?:port selector?:LabelSelector maxUnavailable?:port unhealthyPodEvictionPolicy?:string
PodDisruptionBudgetStatus | observedGeneration:int64 disruptedPods:time{} disruptionsAllowed!:int32 currentHealthy!:int32 desiredHealthy!:int32 expectedPods!:int32 conditions:Condition[]
PodDisruptionBudget | metadata!:ObjectMeta spec!:PodDisruptionBudgetSpec status!:PodDisruptionBudgetStatus
PodExtendedResourceClaimStatus | requestMappings!:ContainerExtendedResourceRequest[] resourceClaimName!:string
PodIP | ip!:string
PodOS | name!:string
PodReadinessGate | conditionType!:string
PodResourceClaimStatus | name!:string resourceClaimName?:string
PodResourceClaim | name!:string resourceClaimName?:string resourceClaimTemplateName?:string
PodSchedulingGate | name!:string
PodSecurityContext | seLinuxOptions?:SELinuxOptions windowsOptions?:WindowsSecurityContextOptions runAsUser?:int64 runAsGroup?:int64 runAsNonRoot?:bool supplementalGroups:int64[] supplementalGroupsPolicy?:string fsGroup?:int64 sysctls:Sysctl[] fsGroupChangePolicy?:string seccompProfile?:SeccompProfile appArmorProfile?:AppArmorProfile seLinuxChangePolicy?:string
PodSpec | volumes:Volume[] initContainers:Container[] containers!:Container[] ephemeralContainers:EphemeralContainer[] restartPolicy:string terminationGracePeriodSeconds?:int64 activeDeadlineSeconds?:int64 dnsPolicy:string nodeSelector:string{} serviceAccountName:string serviceAccount:string automountServiceAccountToken?:bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace?:bool securityContext?:PodSecurityContext imagePullSecrets:LocalObjectReference[] hostname:string subdomain:string affinity?:Affinity schedulerName:string tolerations:Toleration[] hostAliases:HostAlias[] priorityClassName:string priority?:int32 dnsConfig?:PodDNSConfig readinessGates:PodReadinessGate[] runtimeClassName?:string enableServiceLinks?:bool preemptionPolicy?:string overhead:quantity{} topologySpreadConstraints:TopologySpreadConstraint[] setHostnameAsFQDN?:bool os?:PodOS hostUsers?:bool schedulingGates:PodSchedulingGate[] resourceClaims:PodResourceClaim[] resources?:ResourceRequirements hostnameOverride?:string
PodStatus | observedGeneration:int64 phase:string conditions:PodCondition[] message:string reason:string nominatedNodeName:string hostIP:string hostIPs:HostIP[] podIP:string podIPs:PodIP[] startTime?:time initContainerStatuses:ContainerStatus[] containerStatuses:ContainerStatus[] qosClass:string ephemeralContainerStatuses:ContainerStatus[] resize:string resourceClaimStatuses:PodResourceClaimStatus[] extendedResourceClaimStatus?:PodExtendedResourceClaimStatus
PodTemplateSpec | metadata!:ObjectMeta spec!:PodSpec
PodsMetricSource | metric!:MetricIdentifier target!:MetricTarget
PodsMetricStatus | metric!:MetricIdentifier current!:MetricValueStatus
Pod | metadata!:ObjectMeta spec!:PodSpec status!:PodStatus
PortStatus | port!:int32 protocol!:string error?:string
PortworxVolumeSource | volumeID!:string fsType:string readOnly:bool
PreferredSchedulingTerm | weight!:int32 preference!:NodeSelectorTerm
Probe | exec?:ExecAction httpGet?:HTTPGetAction tcpSocket?:TCPSocketAction grpc?:GRPCAction initialDelaySeconds:int32 timeoutSeconds:int32 periodSeconds:int32 successThreshold:int32 failureThreshold:int32 terminationGracePeriodSeconds?:int64
ProjectedVolumeSource | sources!:VolumeProjection[] defaultMode?:int32
QuobyteVolumeSource | registry!:string volume!:string readOnly:bool user:string group:string tenant:string
RBDVolumeSource | monitors!:string[] image!:string fsType:string pool:string user:string keyring:string secretRef?:LocalObjectReference readOnly:bool
ReplicaSetCondition | type!:string status!:string lastTransitionTime!:time reason:string message:string
ReplicaSetSpec | replicas?:int32 minReadySeconds:int32 selector?:LabelSelector template!:PodTemplateSpec
ReplicaSetStatus | replicas!:int32 fullyLabeledReplicas:int32 readyReplicas:int32 availableReplicas:int32 terminatingReplicas?:int32 observedGeneration:int64 conditions:ReplicaSetCondition[]
ReplicaSet | metadata!:ObjectMeta spec!:ReplicaSetSpec status!:ReplicaSetStatus
ResourceClaim | name!:string request:string
ResourceFieldSelector | containerName:string resource!:string divisor!:quantity
ResourceHealth | resourceID!:string health:string
ResourceMetricSource | name!:string target!:MetricTarget
ResourceMetricStatus | name!:string current!:MetricValueStatus
ResourceRequirements | limits:quantity{} requests:quantity{} claims:ResourceClaim[]
ResourceStatus | name!:string resources:ResourceHealth[]
RollingUpdateDaemonSet | maxUnavailable?:port maxSurge?:port
RollingUpdateDeployment | maxUnavailable?:port maxSurge?:port
RollingUpdateStatefulSetStrategy | partition?:int32 maxUnavailable?:port
SELinuxOptions | user:string role:string type:string level:string
ScaleIOVolumeSource | gateway!:string system!:string secretRef?:LocalObjectReference sslEnabled:bool protectionDomain:string storagePool:string storageMode:string volumeName:string fsType:string readOnly:bool
SeccompProfile | type!:string localhostProfile?:string
SecretEnvSource | name:string optional?:bool
SecretKeySelector | name:string key!:string optional?:bool
SecretProjection | name:string items:KeyToPath[] optional?:bool
SecretVolumeSource | secretName:string items:KeyToPath[] defaultMode?:int32 optional?:bool
Secret | metadata!:ObjectMeta immutable?:bool data:bytes{} stringData:string{} type:string
SecurityContext | capabilities?:Capabilities privileged?:bool seLinuxOptions?:SELinuxOptions windowsOptions?:WindowsSecurityContextOptions runAsUser?:int64 runAsGroup?:int64 runAsNonRoot?:bool readOnlyRootFilesystem?:bool allowPrivilegeEscalation?:bool procMount?:string seccompProfile?:SeccompProfile appArmorProfile?:AppArmorProfile
ServiceAccountTokenProjection | audience:string expirationSeconds?:int64 path!:string
ServiceAccount | metadata!:ObjectMeta secrets:ObjectReference[] imagePullSecrets:LocalObjectReference[] automountServiceAccountToken?:bool
ServiceBackendPort | name:string number:int32
ServicePort | name:string protocol:string appProtocol?:string port!:int32 targetPort!:port nodePort:int32
ServiceSpec | ports:ServicePort[] selector:string{} clusterIP:string clusterIPs:string[] type:string externalIPs:string[] sessionAffinity:string loadBalancerIP:string loadBalancerSourceRanges:string[] externalName:string externalTrafficPolicy:string healthCheckNodePort:int32 publishNotReadyAddresses:bool sessionAffinityConfig?:SessionAffinityConfig ipFamilies:string[] ipFamilyPolicy?:string allocateLoadBalancerNodePorts?:bool loadBalancerClass?:string internalTrafficPolicy?:string trafficDistribution?:string
ServiceStatus | loadBalancer!:LoadBalancerStatus conditions:Condition[]
Service | metadata!:ObjectMeta spec!:ServiceSpec status!:ServiceStatus
SessionAffinityConfig | clientIP?:ClientIPConfig
SleepAction | seconds!:int64
SlicePort | name?:string protocol?:string port?:int32 appProtocol?:string
StatefulSetCondition | type!:string status!:string lastTransitionTime!:time reason:string message:string
StatefulSetOrdinals | start!:int32
StatefulSetPersistentVolumeClaimRetentionPolicy | whenDeleted:string whenScaled:string
StatefulSetSpec | replicas?:int32 selector?:LabelSelector template!:PodTemplateSpec volumeClaimTemplates:PersistentVolumeClaim[] serviceName!:string podManagementPolicy:string updateStrategy!:StatefulSetUpdateStrategy revisionHistoryLimit?:int32 minReadySeconds:int32 persistentVolumeClaimRetentionPolicy?:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals?:StatefulSetOrdinals
StatefulSetStatus | observedGeneration:int64 replicas!:int32 readyReplicas:int32 currentReplicas:int32 updatedReplicas:int32 currentRevision:string updateRevision:string collisionCount?:int32 conditions:StatefulSetCondition[] availableReplicas!:int32
StatefulSetUpdateStrategy | type:string rollingUpdate?:RollingUpdateStatefulSetStrategy
StatefulSet | metadata!:ObjectMeta spec!:StatefulSetSpec status!:StatefulSetStatus
StorageOSVolumeSource | volumeName:string volumeNamespace:string fsType:string readOnly:bool secretRef?:LocalObjectReference
Sysctl | name!:string value!:string
TCPSocketAction | port!:port host:string
Taint | key!:string value:string effect!:string timeAdded?:time
Toleration | key:string operator:string value:string effect:string tolerationSeconds?:int64
TopologySpreadConstraint | maxSkew!:int32 topologyKey!:string whenUnsatisfiable!:string labelSelector?:LabelSelector minDomains?:int32 nodeAffinityPolicy?:string nodeTaintsPolicy?:string matchLabelKeys:string[]
TypedLocalObjectReference | apiGroup?:string kind!:string name!:string
TypedObjectReference | apiGroup?:string kind!:string name!:string namespace?:string
VolumeDevice | name!:string devicePath!:string
VolumeMountStatus | name!:string mountPath!:string readOnly:bool recursiveReadOnly?:string
VolumeMount | name!:string readOnly:bool recursiveReadOnly?:string mountPath!:string subPath:string mountPropagation?:string subPathExpr:string
VolumeProjection | secret?:SecretProjection downwardAPI?:DownwardAPIProjection configMap?:ConfigMapProjection serviceAccountToken?:ServiceAccountTokenProjection clusterTrustBundle?:ClusterTrustBundleProjection podCertificate?:PodCertificateProjection
VolumeResourceRequirements | limits:quantity{} requests:quantity{}
Volume | name!:string hostPath?:HostPathVolumeSource emptyDir?:EmptyDirVolumeSource gcePersistentDisk?:GCEPersistentDiskVolumeSource awsElasticBlockStore?:AWSElasticBlockStoreVolumeSource gitRepo?:GitRepoVolumeSource secret?:SecretVolumeSource nfs?:NFSVolumeSource iscsi?:ISCSIVolumeSource glusterfs?:GlusterfsVolumeSource persistentVolumeClaim?:PersistentVolumeClaimVolumeSource rbd?:RBDVolumeSource flexVolume?:FlexVolumeSource cinder?:CinderVolumeSource cephfs?:CephFSVolumeSource flocker?:FlockerVolumeSource downwardAPI?:DownwardAPIVolumeSource fc?:FCVolumeSource azureFile?:AzureFileVolumeSource configMap?:ConfigMapVolumeSource vsphereVolume?:VsphereVirtualDiskVolumeSource quobyte?:QuobyteVolumeSource azureDisk?:AzureDiskVolumeSource photonPersistentDisk?:PhotonPersistentDiskVolumeSource projected?:ProjectedVolumeSource portworxVolume?:PortworxVolumeSource scaleIO?:ScaleIOVolumeSource storageos?:StorageOSVolumeSource csi?:CSIVolumeSource ephemeral?:EphemeralVolumeSource image?:ImageVolumeSource
VsphereVirtualDiskVolumeSource | volumePath!:string fsType:string storagePolicyName:string storagePolicyID:string
WeightedPodAffinityTerm | weight!:int32 podAffinityTerm!:PodAffinityTerm
WindowsSecurityContextOptions | gmsaCredentialSpecName?:string gmsaCredentialSpec?:string runAsUserName?:string hostProcess?:bool
`;
